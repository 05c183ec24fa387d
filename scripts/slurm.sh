#!/bin/sh
#SBATCH --job-name=lab-charts
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=2
#SBATCH --exclusive
#SBATCH --time=00:10:00
#SBATCH --output=lab-charts-%j.txt
# The charts of ranks on a cluster with Slurm. On its front end, in this
# project, which the nodes have to see under the same path:
#
#     scripts/lab setup
#     sbatch scripts/slurm.sh [EXPERIMENT… | OPTION…]
#
# What stands behind #SBATCH are the defaults of options of sbatch: so many
# nodes, so many ranks on each, nobody else on them, and for how long.
set -eu

if [ -z "${SLURM_JOB_NODELIST:-}" ]; then
    echo "slurm.sh: start it with sbatch: sbatch scripts/slurm.sh" >&2
    exit 2
fi
# Slurm runs a copy of this file: where it was submitted is the project.
cd "$SLURM_SUBMIT_DIR"
if [ ! -x scripts/lab ]; then
    echo "slurm.sh: submit it in the project's folder: $SLURM_SUBMIT_DIR has no scripts/lab" >&2
    exit 2
fi

# "node[1-3],other" in full, a line each, with its number of ranks.
hosts=$(mktemp)
trap 'rm -f "$hosts"' EXIT
trap 'exit 143' TERM
scontrol show hostnames "$SLURM_JOB_NODELIST" |
    awk -v slots="${SLURM_NTASKS_PER_NODE:-1}" '{ print $1 " slots=" slots }' >"$hosts"
[ -s "$hosts" ] || { echo "slurm.sh: scontrol names no host" >&2; exit 1; }
cat "$hosts"
# Options alone go with the experiments that have ranks.
case ${1:-} in '' | -*) set -- speedup exchange "$@" ;; esac
scripts/lab charts "$@" --hostfile "$hosts"

#!/bin/sh
# Builds everything for another machine, without a warning, and runs its tests
# here: under qemu-user, or as they are where this processor can. The foreign
# libraries are unpacked into a folder; nothing is installed but, with
# --install, the compilers. 77: this machine cannot, and the reason is said.
set -eu

usage() {
    cat <<'TEXT'
Usage: scripts/cross.sh [--install] [--work DIR] TARGET...

  arm64           64-bit ARM, under qemu-user
  arm64-64k       the same with pages of 64 KiB
  armhf           32-bit ARM, under qemu-user
  armhf-time64    the same with a time_t of 64 bits
  i386            32-bit x86, as it is: the real kernel, no emulator
  i386-time64     the same with a time_t of 64 bits
  musl            the labs' demos and the probe with another C library

  --install       install compilers and emulators that are missing (apt-get)
  --quick         unit tests and demos alone, where the labs' answers would run, too
  --work DIR      keep libraries and builds there (default: a folder in $TMPDIR
                  that is removed at the end)
TEXT
}

die() {
    printf 'cross: %s\n' "$*" >&2
    exit 1
}

skip() {
    printf 'cross: skipped: %s\n' "$*"
    exit 77
}

# Sets what is known about a target: the Debian architecture, the compiler's
# prefix, where libraries lie, Meson's words, the emulator, and more arguments.
describe() {
    flags='' emulator='' pages=4096 build=$1
    case $1 in
        arm64*)
            arch=arm64 triple=aarch64-linux-gnu libraries=$triple
            family=aarch64 emulator=aarch64
            if [ "$1" = arm64-64k ]; then pages=65536 build=arm64; fi ;;
        armhf*)
            arch=armhf triple=arm-linux-gnueabihf libraries=$triple
            family=arm emulator=arm ;;
        i386*)
            arch=i386 triple=i686-linux-gnu libraries=i386-linux-gnu
            family=x86 ;;
        *) usage >&2; exit 2 ;;
    esac
    case $1 in
        *-time64) flags=", '-D_TIME_BITS=64', '-D_FILE_OFFSET_BITS=64'" ;;
    esac
    root=$work/root-$arch
    build=$work/build-$build
}

# need PROGRAM PACKAGE
need() {
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

need_tools() {
    missing=
    need meson meson
    need ninja ninja-build
    need pkg-config pkg-config
    need dpkg-deb dpkg
    need apt-get apt
    need "$triple-gcc" "gcc-$triple"
    if [ -n "$emulator" ]; then need "qemu-$emulator-static" qemu-user-static; fi
    [ -n "$missing" ] || return 0
    if [ "$install" = yes ]; then
        as_root=
        if [ "$(id -u)" != 0 ]; then as_root='sudo -n'; fi
        # shellcheck disable=SC2086  # the packages are meant to be split
        { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends $missing; } \
            >"$work/install.log" 2>&1 </dev/null ||
            skip "cannot install$missing (see apt-get's words: $(tail -n 1 "$work/install.log"))"
        return 0
    fi
    skip "missing:$missing. Install it, or use --install"
}

# The distribution's own libraries for the other machine, from the sources that
# this machine's apt knows: an apt that has its own lists and no packages yet.
make_root() {
    if [ -e "$root/done" ]; then return 0; fi
    mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial" "$root/sys"
    : >"$root/status"
    cat >"$root/apt.conf" <<CONF
#clear APT::Architectures;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Debug::NoLocking "true";
Dir::State "$root/state";
Dir::State::status "$root/status";
Dir::Cache "$root/cache";
CONF
    # Some other source may be out of reach: what counts is what is found.
    apt-get -c "$root/apt.conf" update >"$root/log" 2>&1 </dev/null || true
    apt-cache -c "$root/apt.conf" show libc6-dev >/dev/null 2>&1 || {
        why=$(grep '^[ENW]: ' "$root/log" | tail -n 1)
        skip "the sources of this machine's apt (/etc/apt) have no $arch packages${why:+ ($why)}"
    }
    apt-get -c "$root/apt.conf" install --download-only -y libc6-dev libcmocka-dev \
        libgsl-dev libhwloc-dev libjansson-dev libpopt-dev >>"$root/log" 2>&1 </dev/null ||
        skip "cannot fetch the $arch libraries: $(tail -n 1 "$root/log")"
    for package in "$root"/cache/archives/lib*.deb \
        "$root"/cache/archives/linux-libc-dev*.deb; do
        dpkg-deb -x "$package" "$root/sys"
    done
    rm -rf "$root/cache" "$root/state"
    touch "$root/done"
}

write_cross_file() {
    cat >"$work/$1.ini" <<INI
[constants]
root = '$root/sys'
[binaries]
c = '$triple-gcc'
ar = '$triple-ar'
strip = '$triple-strip'
objcopy = '$triple-objcopy'
pkgconfig = 'pkg-config'
[properties]
sys_root = root
pkg_config_libdir = root / 'usr/lib/$libraries/pkgconfig:' + root / 'usr/share/pkgconfig'
needs_exe_wrapper = false
[built-in options]
c_args = ['--sysroot=' + root$flags]
c_link_args = ['--sysroot=' + root$loader]
[host_machine]
system = 'linux'
cpu_family = '$family'
cpu = '$family'
endian = 'little'
INI
}

# The dynamic loader of a foreign program: qemu finds it in a folder that it is
# told; the kernel only where the program says.
find_loader() {
    loader=
    if [ -n "$emulator" ]; then return 0; fi
    loader=", '-Wl,--dynamic-linker=$root/sys/lib/ld-linux.so.2'"
    # The old kind of path holds for libraries that libraries need, too.
    loader="$loader, '-Wl,--disable-new-dtags', '-Wl,-rpath,$root/sys/lib/$libraries'"
    loader="$loader, '-Wl,-rpath,$root/sys/usr/lib/$libraries'"
}

# emulated COMMAND...: with a kernel that starts foreign programs by itself, so
# that they can start each other. Since Linux 6.7 anybody may have a list of
# interpreters of their own, in a namespace; it goes with the last process.
emulated() {
    if [ -z "$emulator" ]; then "$@"; return; fi
    case $emulator in
        aarch64) class='\x02' machine='\xb7\x00' ;;
        arm) class='\x01' machine='\x28\x00' ;;
    esac
    zeros='\x00\x00\x00\x00\x00\x00\x00\x00'
    magic="\\x7fELF$class\\x01\\x01\\x00$zeros\\x02\\x00$machine"
    mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
    # shellcheck disable=SC2016  # the inner shell's own words
    QEMU_LD_PREFIX=$root/sys QEMU_PAGESIZE=$pages \
        unshare --user --map-root-user --mount sh -c '
            mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
            printf %s "$1" >/proc/sys/fs/binfmt_misc/register
            shift
            exec "$@"' sh \
        ":lab:M::$magic:$mask:$(command -v "qemu-$emulator-static"):" "$@"
}

# run_tests COMMAND...: unit tests and demos; the labs' answers, too, where there
# is a real kernel to judge them by. A test that cannot be had here says why.
run_tests() {
    set -- "$@" meson test -C "$build" --no-rebuild --num-processes 2 --print-errorlogs \
        --suite bench --suite checking --suite demo --no-suite whole
    if [ -n "$emulator" ]; then
        set -- "$@" --timeout-multiplier 10
    elif [ "$quick" = no ]; then
        set -- "$@" --suite proof
    fi
    "$@"
}

cross() {
    describe "$1"
    need_tools
    make_root
    find_loader
    write_cross_file "$1"
    if [ ! -e "$build/build.ninja" ]; then
        meson setup "$build" "$project" --cross-file "$work/$1.ini" \
            -Dbench=enabled -Dwerror=true >"$build.log" || {
            cat "$build.log"
            return 1
        }
    fi
    ninja -C "$build" -j2 >"$build.log" || {
        cat "$build.log"
        return 1
    }
    echo 'int main(void) { return 0; }' |
        "$triple-gcc" "--sysroot=$root/sys" -static -x c -o "$work/empty" - ||
        die "$triple-gcc makes no program"
    if ! emulated "$work/empty" >/dev/null 2>&1; then
        result='built; not run, for its programs do not start here (an emulator wants
Linux 6.7 or newer, and namespaces; i386 a kernel with IA32_EMULATION)'
        return 0
    fi
    run_tests emulated
}

# musl-gcc finds its own C library alone: no cmocka, hence no checks. What the
# kernel says of itself is every C library's.
musl() {
    emulator=
    command -v musl-gcc >/dev/null 2>&1 || skip "no musl-gcc (package musl-tools)"
    build=$work/build-musl headers=$work/kernel-headers
    mkdir -p "$headers"
    ln -sfn /usr/include/linux /usr/include/asm-generic \
        "/usr/include/$(musl-gcc -print-multiarch)/asm" "$headers"
    if [ ! -e "$build/build.ninja" ]; then
        CC="musl-gcc -idirafter $headers" PKG_CONFIG_LIBDIR=/nonexistent \
            meson setup "$build" "$project" -Dbench=disabled -Dwerror=true >"$build.log" || {
            cat "$build.log"
            return 1
        }
    fi
    ninja -C "$build" -j2 >"$build.log" || {
        cat "$build.log"
        return 1
    }
    run_tests env
}

clean_up() {
    if [ "$keep" = no ]; then rm -rf "$work"; fi
}

install=no quick=no keep=no work=
while [ $# -gt 0 ]; do
    case $1 in
        --install) install=yes ;;
        --quick) quick=yes ;;
        --work)
            [ $# -gt 1 ] || die "--work wants a folder"
            keep=yes work=$2
            shift ;;
        -h | --help) usage; exit 0 ;;
        -*) usage >&2; exit 2 ;;
        *) break ;;
    esac
    shift
done
[ $# -gt 0 ] || { usage >&2; exit 2; }
project=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
export LAB_PRISTINE=1
if [ "$keep" = no ]; then work=$(mktemp -d); fi
trap clean_up EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
mkdir -p "$work"
work=$(readlink -f -- "$work")
for target; do
    result=passed
    case $target in
        musl) musl ;;
        *) cross "$target" ;;
    esac
    echo "cross: $target: $result"
done

"""The columns of a run's files, which others rely on: by name of the file, in their order."""
from __future__ import annotations

ROW = "case,label,note,family,placement,"
SAMPLE = "index,warmup,returned_ns,started_ns,reaped_ns,child_cpu,parent_cpu,error"
FACTS = "samples,faults,own_faults,voluntary_switches,involuntary_switches"
COLUMNS = {
    "creation": f"case,placement,stamped,round,order,{SAMPLE}",
    "creation-blocks": f"case,placement,stamped,round,order,others_running,excluded,{FACTS}",
    "creation-summary":
        f"{ROW}n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,p99_us,min_us,"
        "max_us,mean_us,beyond_ten_medians,returned_us,started_us,stamped_reaped_us,faults,"
        "switches,other_cpu_share,failed,ratio,ratio_low,ratio_high,verdict,unavailable",
    "creation-dots": "case,placement,us",
    "creation-tails": "case,placement,us,slower",
    "speedup": "case,placement,workload,workers,size,round,order,elapsed_ns,total_ns,result,error",
    "speedup-blocks": "case,placement,workload,workers,size,round,order,others_running,excluded",
    "speedup-summary":
        f"{ROW}workload,workers,size,zone,n,blocks,median_s,ci_low_s,ci_high_s,total_s,serial_s,"
        "speedup,speedup_low,speedup_high,efficiency,efficiency_low,efficiency_high,of_ceiling,"
        "of_ceiling_low,of_ceiling_high,karp_flatt,karp_flatt_low,karp_flatt_high,failed,verdict,"
        "unavailable",
    "speedup-model": "workload,case,model,workers,speedup,low,high,extrapolated,fitted_to",
    "demos": "case,placement,round,order,status",
    "demos-blocks": "case,placement,round,order,others_running,excluded",
    "demos-summary": f"{ROW}n,blocks,status,failed,verdict,unavailable",
    "gil": "case,placement,interpreter,work,workers,size,has_lock,round,order,elapsed_ns,total_ns,"
        "result,error",
    "gil-blocks": "case,placement,interpreter,work,workers,size,has_lock,round,order,"
        "others_running,excluded",
    "gil-summary":
        f"{ROW}interpreter,work,workers,size,has_lock,zone,n,blocks,median_us,ci_low_us,"
        "ci_high_us,p01_us,p25_us,p75_us,p90_us,p99_us,min_us,max_us,mean_us,beyond_ten_medians,"
        "elapsed_s,total_s,serial_s,speedup,speedup_low,speedup_high,failed,ratio,ratio_low,"
        "ratio_high,verdict,unavailable",
    "memory-summary":
        f"{ROW}touched_mib,pages,written,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,"
        "p75_us,p90_us,p99_us,min_us,max_us,mean_us,beyond_ten_medians,ns_per_page,"
        "ns_per_page_low,ns_per_page_high,faults,huge_kib,huge_kib_after,failed,ratio,ratio_low,"
        "ratio_high,verdict,unavailable",
    "memory-slopes": "case,label,family,pages,from_mib,to_mib,rounds,ns_per_page,ns_per_page_low,"
                     "ns_per_page_high",
    "memory-fits":
        "case,label,family,pages,from_mib,to_mib,rounds,ns_per_page,ns_per_page_low,"
        "ns_per_page_high,intercept_us,off_line,beyond_mib,beyond_ratio,beyond_ratio_low,"
        "beyond_ratio_high,beyond",
    "exchange": "case,placement,bytes,quantity,round,order,index,warmup,messages,elapsed_ns,"
                "handover_ns,error",
    "exchange-blocks":
        "case,placement,bytes,quantity,round,order,others_running,excluded,samples,faults,"
        "voluntary_switches,involuntary_switches,filesystem,storage",
    "exchange-summary":
        f"{ROW}bytes,quantity,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,"
        "p99_us,min_us,max_us,mean_us,beyond_ten_medians,bandwidth_mb_s,bandwidth_low_mb_s,"
        "bandwidth_high_mb_s,faults,switches,filesystem,storage,failed,ratio,ratio_low,ratio_high,"
        "verdict,unavailable",
    "instruments-summary":
        f"{ROW}n,blocks,mean_us,mean_low_us,mean_high_us,slope_us,slope_low_us,slope_high_us,"
        "difference_percent,difference_low_percent,difference_high_percent,verdict,unavailable",
    "ladder-summary":
        f"{ROW}flight,batch,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,"
        "p99_us,min_us,max_us,mean_us,beyond_ten_medians,base,failed,ratio,ratio_low,ratio_high,"
        "verdict,unavailable",
    "switching": "case,placement,round_trips,round,order,index,warmup,elapsed_ns,error",
    "switching-blocks":
        "case,placement,round_trips,round,order,others_running,excluded,hand_overs,"
        "voluntary_switches,involuntary_switches",
    "switching-summary":
        f"{ROW}round_trips,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,"
        "p99_us,min_us,max_us,mean_us,beyond_ten_medians,switches,of_bare,of_bare_low,"
        "of_bare_high,failed,ratio,ratio_low,ratio_high,verdict,unavailable",
    "population": "case,placement,workers,limit,round,order,alive,nth,returned_ns,parked_ns,"
                  "memory_kib,pss_kib,error",
    "population-blocks": "case,placement,workers,limit,round,order,others_running,excluded,started,"
                         "stop,most_mib",
    "population-summary":
        f"{ROW}alive,quantity,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,"
        "p99_us,min_us,max_us,mean_us,beyond_ten_medians,returned_us,memory_kib,memory_low_kib,"
        "memory_high_kib,pss_kib,pss_low_kib,pss_high_kib,failed,ratio,ratio_low,ratio_high,verdict,"
        "unavailable",
    "order": "case,placement,round,order,index,warmup,main_first,lead_ns,error",
    "order-blocks": "case,placement,round,order,others_running,excluded",
    "order-summary":
        f"{ROW}n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,p99_us,min_us,"
        "max_us,mean_us,beyond_ten_medians,starts,main_first,main_first_share,share_low,share_high,"
        "difference,difference_low,difference_high,failed,verdict,unavailable",
    "granularity": "case,placement,task_us,steps,tasks,round,order,index,elapsed_ns,result,error",
    "granularity-blocks": "case,placement,task_us,steps,tasks,round,order,others_running,excluded",
    "granularity-summary":
        f"{ROW}task_us,steps,tasks,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,"
        "p90_us,p99_us,min_us,max_us,mean_us,beyond_ten_medians,length_us,serial_us,overhead_us,"
        "overhead_low_us,overhead_high_us,efficiency,efficiency_low,efficiency_high,failed,ratio,"
        "ratio_low,ratio_high,verdict,unavailable",
    "granularity-crossings": "case,label,family,placement,percent,task_us,low_us,high_us,words",
}
# Their samples come from two programs; which of them was first decides the order of columns.
INSTRUMENTS = {*"case,placement,instrument,round,order,creations,run,wall_s".split(","),
               *SAMPLE.split(",")}
# So do memory's, which come from two measures.
MEMORY = {*"case,placement,touched_mib,pages,written,round,order,elapsed_ns".split(","),
          *SAMPLE.split(",")}
MEMORY_BLOCKS = {*"case,placement,touched_mib,pages,written,round,order,others_running,excluded,"
                 "stride_kib,huge_kib,huge_kib_after".split(","), *FACTS.split(",")}
# What climbs the ladder decides which of these there are.
LADDER_COLUMNS = {*"case,placement,flight,batch,round,order,creations,run,wall_s".split(","),
                  *SAMPLE.split(","), "elapsed_ns"}

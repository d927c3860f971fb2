# Completion of holdfast for fish. Printed by tools/print-completions; `make completions` writes it anew.
#
# Nothing that is read here is evaluated. Names with characters that mean something to a shell are not offered; files are
# completed by fish itself.

# The words before the cursor that are no options and no arguments of one: the command, then its arguments. With --root,
# the folder that this option names.
function __holdfast_words
    set -l skip
    set -l root
    set -l found
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test -n "$skip"
            test "$skip" = --root; and set root $word
            set skip
        else if contains -- $word -p --profile -o --output --confirm --probe --kernel --fail-on --name --top --interval --count --netns --format --splay --time-limit --config --root --loader --color
            set skip $word
        else if string match -q -- '--root=*' $word
            set root (string sub -s 8 -- $word)
        else if not string match -q -- '-*' $word
            set found $found $word
        end
    end
    if test "$argv[1]" = --root
        string match -qr '[$`(]' -- "$root"; and return 1
        string replace -r '^~/' "$HOME/" -- $root
        return 0
    end
    string join \n -- $found
    return 0
end

# Without arguments: no command is there yet. With arguments: the command is one of them.
function __holdfast_is
    set -l words (__holdfast_words)
    if test (count $argv) -eq 0
        test (count $words) -eq 0
    else
        test (count $words) -gt 0; and contains -- $words[1] $argv
    end
end

# The command is the one that is named, and has no argument yet.
function __holdfast_first
    set -l words (__holdfast_words)
    test (count $words) -eq 1; and test "$words[1]" = $argv[1]
end

# . and / change places: eth0.100 in a folder is eth0/100 in a key with dots.
function __holdfast_swap
    string replace -a . \x01 -- $argv | string replace -a / . | string replace -a \x01 /
end

# The parameters that begin with the word, one segment further; the last part of a key will do, as it does for explain.
function __holdfast_keys
    set -l root (__holdfast_words --root); or return
    set -l word (commandline -ct)
    string match -qr '[][*?{}$`()\\\\\'"]' -- $word; and return
    set -l separator .
    set -l stem
    set -l entries
    set -l folder "$root/proc/sys"
    if not string match -qr '[./]' -- $word
        set entries $folder/$word*
        test (count $entries) -eq 0; and set entries $folder/*/$word* $folder/*/*/$word*
    else
        string match -qr '^[^./]*/' -- $word; and set separator /
        set stem (string replace -r '[^'$separator']*$' '' -- $word)
        set -l last (string replace -r '^.*['$separator']' '' -- $word)
        set -l inner $stem
        if test $separator = .
            set inner (__holdfast_swap $stem)
            set last (string replace -a / . -- $last)
        end
        string match -q '*/../*' -- "/$inner"; and return
        set entries $folder/$inner$last*
    end
    test (count $entries) -eq 0; and return
    set -l inner
    set -l leaves
    if type -q path # fish 3.5 has it
        set inner (path filter -d -- $entries)
        set leaves (path filter -v -d -- $entries)
    else
        for entry in $entries
            test -d $entry; and set inner $inner $entry; or set leaves $leaves $entry
        end
    end
    for kind in inner leaves
        set -l ending
        test $kind = inner; and set ending $separator
        set -l names (string replace -r '^.*/' '' -- $$kind | string match -r '^[A-Za-z0-9._:@+-]+$')
        test $separator = .; and set names (string replace -a . / -- $names)
        test (count $names) -gt 0; and printf '%s\n' "$stem"$names"$ending"
    end
    return 0
end

function __holdfast_profiles
    set -l root (__holdfast_words --root)
    if test $status -eq 0
        set -l files "$root"/etc/holdfast/profiles/*.yaml
        set -a files "$root"/usr/local/share/holdfast/profiles/*.yaml
        set -a files "$root"/usr/share/holdfast/profiles/*.yaml
        string replace -r '^.*/([^/]*)\.yaml$' '$1' -- $files | string match -r '^[a-z0-9][a-z0-9._-]*$'
    end
    __fish_complete_suffix .yaml
end

# The ids of transactions, each with its time.
function __holdfast_transactions
    set -l root (__holdfast_words --root); or return
    set -l option
    test -n "$root"; and set option --root $root
    set -l agent
    for each in (command -s holdfast) /usr/sbin/holdfast /usr/local/sbin/holdfast
        if test -x $each
            set agent $each
            break
        end
    end
    test -n "$agent"; or return
    set -l id
    set -l what
    set -l lines ($agent history --json $option 2>/dev/null </dev/null)
    for line in (string replace -rf '^ *"(id|kind|time)": "([0-9A-Za-z.:-]*)",?$' '$1 $2' -- $lines)
        switch $line
            case 'id *'
                set id (string sub -s 4 -- $line)
            case 'kind *'
                set what (string sub -s 6 -- $line)
            case 'time *'
                string match -qr '^[0-9a-f-]{36}$' -- $id
                and printf '%s\t%s of %s\n' $id $what (string sub -s 6 -- $line)
                set id
        end
    end
end

function __holdfast_namespaces
    set -l entries /run/netns/*
    string replace -r '^.*/' '' -- $entries | string match -r '^[A-Za-z0-9._-]+$'
end

complete -c holdfast -f
complete -c holdfast -n __holdfast_is -a check -d 'compare profile, sysctl files and live values; print what is off'
complete -c holdfast -n __holdfast_is -a plan -d 'print the steps that would remove the drift'
complete -c holdfast -n __holdfast_is -a apply -d 'carry the steps out as one transaction, read everything back'
complete -c holdfast -n __holdfast_is -a confirm -d 'keep what \'apply --confirm\' has set'
complete -c holdfast -n __holdfast_is -a rollback -d 'take the last transaction back, or all from that one on'
complete -c holdfast -n __holdfast_is -a recover -d 'undo what a killed apply left, or what was not confirmed in time'
complete -c holdfast -n __holdfast_is -a history -d 'print the transactions, or one of them whole'
complete -c holdfast -n __holdfast_is -a verify -d 'check the profile of the last apply, and say what has moved since'
complete -c holdfast -n __holdfast_is -a show -d 'print the desired state after layers and conditions, with origins'
complete -c holdfast -n __holdfast_is -a lint -d 'say what is doubtful in profiles and sysctl files'
complete -c holdfast -n __holdfast_is -a explain -d 'print all that is known of a parameter, and what it is here'
complete -c holdfast -n __holdfast_is -a tcp -d 'count TCP sockets: states, who is in TIME-WAIT, ports that are left'
complete -c holdfast -n __holdfast_is -a run -d 'check or apply as agent.yaml says, queue the report, start the sender: for cron'
complete -c holdfast -n __holdfast_is -a report -d 'print the last report, or a saved one, in another format; send what waits'
complete -c holdfast -n __holdfast_is -a capture -d 'write a profile from sysctl files, a tuned profile, or this host'

complete -c holdfast -n '__holdfast_is check plan apply verify show lint explain' -s p -l profile -x -a '(__holdfast_profiles)' -d 'the profile, by name or file; of several the later ones win'
complete -c holdfast -n '__holdfast_is plan' -s o -l output -r -F -d 'save the plan as JSON, for \'holdfast apply FILE\''
complete -c holdfast -n '__holdfast_is apply rollback' -l dry-run -d 'print the steps, change nothing'
complete -c holdfast -n '__holdfast_is apply' -l confirm -x -d 'take it all back after so long, unless \'holdfast confirm\' comes'
complete -c holdfast -n '__holdfast_is apply' -l probe -r -F -d 'with --confirm: take it back when this command fails (as nobody)'
complete -c holdfast -n '__holdfast_is apply rollback run' -l keep-going -d 'a value that the kernel refuses does not take all back'
complete -c holdfast -n '__holdfast_is rollback' -l force -d 'also take back what another hand has changed since'
complete -c holdfast -n '__holdfast_is lint' -l kernel -x -d 'judge for this kernel, such as 5.10, instead of the one that runs'
complete -c holdfast -n '__holdfast_is lint' -l fail-on -x -a 'error warning note' -d 'the least severity that makes the exit status 2 (warning)'
complete -c holdfast -n '__holdfast_is lint' -l sarif -d 'print SARIF 2.1.0, for code review'
complete -c holdfast -n '__holdfast_is capture' -l live -d 'take the live values that differ from the kernel\'s defaults'
complete -c holdfast -n '__holdfast_is capture' -l name -x -d 'how to call the profile'
complete -c holdfast -n '__holdfast_is tcp' -l top -x -d 'lines of each table (10)'
complete -c holdfast -n '__holdfast_is tcp' -l interval -x -d 'look again and again, and tell how fast counters grow'
complete -c holdfast -n '__holdfast_is tcp' -l count -x -d 'with --interval: end after so many'
complete -c holdfast -n '__holdfast_is tcp' -l totals -d 'count states only: three times as fast, no peers and no ports'
complete -c holdfast -n '__holdfast_is tcp' -l time-wait -d 'only how many are in TIME-WAIT, a number, at the cost of a start'
complete -c holdfast -n '__holdfast_is tcp report' -l netns -x -a '(__holdfast_namespaces)' -d 'look into this network namespace (needs root)'
complete -c holdfast -n '__holdfast_is report' -l format -x -a 'json hdf csv metrics openmetrics' -d 'json, hdf (for Heimdall), csv, metrics (Prometheus) or openmetrics'
complete -c holdfast -n '__holdfast_is report' -l tcp -d 'with metrics: the census of TCP sockets, taken now'
complete -c holdfast -n '__holdfast_is report' -l flush -d 'send what waits, now'
complete -c holdfast -n '__holdfast_is report' -l test -d 'try each destination: name, connection, TLS, answer, what to do'
complete -c holdfast -n '__holdfast_is run' -l splay -x -d 'deliver within so long, at this host\'s own moment (agent.yaml: splay)'
complete -c holdfast -n '__holdfast_is run' -l no-send -d 'leave the report in the spool'
complete -c holdfast -n '__holdfast_is run' -l explain -d 'say why this host would be checked or changed, and do neither'
complete -c holdfast -n '__holdfast_is run' -l time-limit -x -d 'end the run after so long (300)'
complete -c holdfast -l config -r -F -d 'the agent\'s settings instead of /etc/holdfast/agent.yaml'
complete -c holdfast -l root -x -a '(__fish_complete_directories)' -d 'look at the host in this folder instead of this one'
complete -c holdfast -l loader -x -a 'auto systemd procps' -d 'who sets sysctls at boot, when looking is not enough'
complete -c holdfast -n '__holdfast_is check plan apply confirm rollback recover history verify show lint explain tcp run report' -l json -d 'print JSON'
complete -c holdfast -l color -x -a 'auto always never' -d 'colour the output (NO_COLOR is obeyed)'
complete -c holdfast -s q -l quiet -d 'print nothing but complaints, tell by the exit status'
complete -c holdfast -s v -l verbose -d 'show all, not only what is worth a look'
complete -c holdfast -s h -l help -d 'print this'
complete -c holdfast -l version -d 'print the version'

complete -c holdfast -n '__holdfast_first apply' -F
complete -c holdfast -n '__holdfast_first rollback' -a '(__holdfast_transactions)'
complete -c holdfast -n '__holdfast_first history' -a '(__holdfast_transactions)'
complete -c holdfast -n '__holdfast_is lint' -F
complete -c holdfast -n '__holdfast_is explain' -a '(__holdfast_keys)'
complete -c holdfast -n '__holdfast_first report' -F
complete -c holdfast -n '__holdfast_is capture' -F

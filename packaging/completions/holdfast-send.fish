# Completion of holdfast-send for fish. Printed by tools/print-completions; `make completions` writes it anew.

complete -c holdfast-send -f
complete -c holdfast-send -l now -d 'all that waits, whatever the last try said; shows how far it is'
complete -c holdfast-send -l test -d 'try each destination: name, connection, TLS, answer, what to do'
complete -c holdfast-send -l splay -x -d 'wait for this host\'s own moment within so long'
complete -c holdfast-send -l destination -x -d 'only this one'
complete -c holdfast-send -l root -x -a '(__fish_complete_directories)' -d 'the spool of the host in this folder'
complete -c holdfast-send -l json -d 'print JSON, a line for each destination'
complete -c holdfast-send -l quiet -d 'print nothing, tell by the exit status'
complete -c holdfast-send -l help -d 'print this'
complete -c holdfast-send -l version -d 'print the version'

# Completion of holdfast for bash. Printed by tools/print-completions; `make completions` writes it anew.
#
# Nothing that is read here is evaluated. Names with characters that mean something to a shell are not offered; files are
# completed by bash itself.
# shellcheck shell=bash disable=SC2034

# The options and the operand of a command.
_holdfast_command() {
	case $1 in
	check)
		options='--profile --config --root --loader --json --color --quiet --verbose --help --version'
		;;
	plan)
		options='--profile --output --config --root --loader --json --color --quiet --verbose --help --version'
		;;
	apply)
		options='--profile --dry-run --confirm --probe --keep-going --config --root --loader --json --color --quiet --verbose --help --version' operand=file
		;;
	confirm)
		options='--config --root --loader --json --color --quiet --verbose --help --version'
		;;
	rollback)
		options='--dry-run --keep-going --force --config --root --loader --json --color --quiet --verbose --help --version' operand=transaction
		;;
	recover)
		options='--config --root --loader --json --color --quiet --verbose --help --version'
		;;
	history)
		options='--config --root --loader --json --color --quiet --verbose --help --version' operand=transaction
		;;
	verify)
		options='--profile --config --root --loader --json --color --quiet --verbose --help --version'
		;;
	show)
		options='--profile --config --root --loader --json --color --quiet --verbose --help --version'
		;;
	lint)
		options='--profile --kernel --fail-on --sarif --config --root --loader --json --color --quiet --verbose --help --version' operand=file...
		;;
	explain)
		options='--profile --config --root --loader --json --color --quiet --verbose --help --version' operand=key...
		;;
	tcp)
		options='--top --interval --count --totals --time-wait --netns --config --root --loader --json --color --quiet --verbose --help --version'
		;;
	run)
		options='--keep-going --splay --no-send --explain --time-limit --config --root --loader --json --color --quiet --verbose --help --version'
		;;
	report)
		options='--netns --format --tcp --flush --test --config --root --loader --json --color --quiet --verbose --help --version' operand=file
		;;
	capture)
		options='--live --name --config --root --loader --color --quiet --verbose --help --version' operand=file...
		;;
	*)
		options='--config --root --loader --color --quiet --verbose --help --version'
		;;
	esac
}

# What the argument of an option is; empty where it takes none.
_holdfast_argument() {
	kind=
	case $1 in
	-p | --profile) kind='profile' ;;
	-o | --output) kind='file' ;;
	--confirm) kind='any' ;;
	--probe) kind='file' ;;
	--kernel) kind='any' ;;
	--fail-on) kind='words error warning note' ;;
	--name) kind='any' ;;
	--top) kind='any' ;;
	--interval) kind='any' ;;
	--count) kind='any' ;;
	--netns) kind='namespace' ;;
	--format) kind='words json hdf csv metrics openmetrics' ;;
	--splay) kind='any' ;;
	--time-limit) kind='any' ;;
	--config) kind='file' ;;
	--root) kind='folder' ;;
	--loader) kind='words auto systemd procps' ;;
	--color) kind='words auto always never' ;;
	esac
}

# A word as the shell would read it, into REPLY, without evaluating anything; fails where that cannot be told.
_holdfast_plain() {
	local rest=$1 quote='' next
	REPLY=
	case $rest in
	*[\$\`]*) return 1 ;;
	\~/*) REPLY=${HOME-} rest=${rest#\~} ;;
	\~*) return 1 ;;
	esac
	while [[ -n $rest ]]; do
		next=${rest:0:1} rest=${rest:1}
		if [[ $next == "$quote" ]]; then
			quote=
		elif [[ -z $quote && ($next == \' || $next == \") ]]; then
			quote=$next
		elif [[ $next == \\ && $quote != \' && -n $rest ]]; then
			REPLY+=${rest:0:1} rest=${rest:1}
		else
			REPLY+=$next
		fi
	done
}

# Prints the words that begin with $1.
_holdfast_words() {
	local beginning=$1 word
	shift
	for word; do
		if [[ $word == "$beginning"* ]]; then printf '%s\n' "$word"; fi
	done
}

# . and / change places: eth0.100 in a folder is eth0/100 in a key with dots, and the other way round.
_holdfast_swap() {
	REPLY=${1//./$'\001'}
	REPLY=${REPLY//\//.}
	REPLY=${REPLY//$'\001'//}
}

# Prints the entries that are named, of those below $1 whose names are harmless; folders with $2 behind them.
_holdfast_entries() {
	local folder=$1 separator=$2 stem=$3 entry name
	shift 3
	for entry; do
		name=${entry##*/}
		case $name in
		*[!A-Za-z0-9._:@+-]*) continue ;;
		esac
		if [[ $separator == . && $name == *.* ]]; then name=${name//./\/}; fi
		if [[ -d $entry ]]; then name+=$separator; fi
		printf '%s\n' "$stem$name"
	done
}

# The parameters that begin with $1, one segment further; the last part of a key alone will do, as explain takes it too.
_holdfast_keys() {
	local word=$1 folder=$2/proc/sys head=${1%%[./]*} separator stem entries
	case $word in
	*[][*?\\]*) return ;;
	esac
	if [[ $head == "$word" ]]; then
		entries=("$folder/$word"*)
		if ((${#entries[@]} == 0)); then entries=("$folder"/*/"$word"* "$folder"/*/*/"$word"*); fi
		_holdfast_entries "$folder" . '' "${entries[@]}"
		return
	fi
	separator=${word:${#head}:1}
	stem=${word%"$separator"*}
	REPLY=$stem/
	if [[ $separator == . ]]; then
		_holdfast_swap "$stem."
	fi
	case /$REPLY in
	*/../*) return ;;
	esac
	word=${word##*"$separator"}
	if [[ $separator == . ]]; then word=${word//\//.}; fi
	entries=("$folder/$REPLY$word"*)
	_holdfast_entries "$folder" "$separator" "$stem$separator" "${entries[@]}"
}

# The names of profiles that begin with $1, and files beside us.
_holdfast_profiles() {
	local file name
	case $1 in
	*[!A-Za-z0-9._-]*) return ;;
	esac
	for file in "$2"/etc/holdfast/profiles/"$1"*.yaml "$2"/usr/local/share/holdfast/profiles/"$1"*.yaml \
		"$2"/usr/share/holdfast/profiles/"$1"*.yaml; do
		name=${file##*/}
		name=${name%.yaml}
		case $name in
		[!a-z0-9]* | *[!a-z0-9._-]*) ;;
		*) printf '%s\n' "$name" ;;
		esac
	done
	for file in "$1"*.yaml; do
		case $file in
		[!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) ;;
		*) printf '%s\n' "$file" ;;
		esac
	done
}

# The ids of transactions that begin with $1.
_holdfast_transactions() {
	local line lines agent
	agent=$(type -P holdfast || type -P /usr/sbin/holdfast || type -P /usr/local/sbin/holdfast) || return
	mapfile -t lines < <("$agent" history --json ${2:+--root "$2"} </dev/null)
	for line in "${lines[@]}"; do
		if [[ $line == *\"id\":\ \""$1"* && $line =~ ^\ *\"id\":\ \"([0-9a-f-]{36})\",?$ ]]; then
			printf '%s\n' "${BASH_REMATCH[1]}"
		fi
	done
}

_holdfast_namespaces() {
	local entry name
	for entry in /run/netns/*; do
		name=${entry##*/}
		case $name in
		*[!A-Za-z0-9._-]*) ;;
		"$1"*) printf '%s\n' "$name" ;;
		esac
	done
}


# Prints what may stand for $2, of the kind $1, on the host in the folder $3.
_holdfast_candidates() (
	shopt -s nullglob
	shopt -u failglob nocaseglob nocasematch dotglob
	set +fu
	unset GLOBIGNORE
	LC_ALL=C
	case $1 in
	profile) _holdfast_profiles "$2" "$3" ;;
	transaction) _holdfast_transactions "$2" "$3" ;;
	key) _holdfast_keys "$2" "$3" ;;
	namespace) _holdfast_namespaces "$2" "$3" ;;
	words\ *)
		set -f
		# shellcheck disable=SC2086 # a list of our own
		_holdfast_words "$2" ${1#words }
		;;
	esac
)

_holdfast() {
	local current=${2-} prefix='' root='' command='' operands=0 ended='' expects='' used=' ' kind='' word i
	local options='' operand='' commands='check plan apply confirm rollback recover history verify show lint explain tcp run report capture' IFS=$' \t\n'
	COMPREPLY=()

	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ -n $expects ]]; then
			if [[ $word == = && ${COMP_WORDS[i - 1]} == "$expects" ]]; then continue; fi
			if [[ $expects == --root ]]; then
				_holdfast_plain "$word" || return 0
				root=$REPLY
			fi
			expects=
			continue
		fi
		case $word in
		=) continue ;;
		--) [[ -n $ended ]] || { ended=1; continue; } ;;
		esac
		if [[ -z $ended && $word == -* ]]; then
			if [[ $word == --root=* ]]; then
				_holdfast_plain "${word#*=}" || return 0
				root=$REPLY
			fi
			used+="${word%%=*} "
			_holdfast_argument "$word"
			if [[ -n $kind ]]; then expects=$word; fi
		elif [[ -z $command && -n $commands ]]; then
			command=$word
		else
			operands=$((operands + 1))
		fi
	done
	# Right behind `--option=`, and where = does not separate words.
	if [[ $current == = && -n $expects ]]; then current=; fi
	if [[ -z $ended && -z $expects && $current == --*=* ]]; then
		expects=${current%%=*} prefix=${current%%=*}= current=${current#*=}
	fi

	if [[ -n $expects ]]; then
		_holdfast_argument "$expects"
	elif [[ -z $ended && $current == -* ]]; then
		_holdfast_command "$command"
		kind='words'
		for word in $options; do
			if [[ $word == --profile || $used != *" $word "* ]]; then kind+=" $word"; fi
		done
	elif [[ -z $command && -n $commands ]]; then
		kind="words $commands"
	else
		_holdfast_command "$command"
		case $operand in
		*...) kind=${operand%...} ;;
		*) if ((operands == 0)); then kind=$operand; fi ;;
		esac
	fi

	case $kind in
	'' | any) return 0 ;;
	file) ;;
	folder) compopt -o dirnames 2>/dev/null && return 0 ;;
	*) mapfile -t COMPREPLY < <(_holdfast_candidates "$kind" "$current" "$root" 2>/dev/null) ;;
	esac
	if ((${#COMPREPLY[@]} == 0)); then
		case $kind in
		file | profile) compopt -o default 2>/dev/null ;;
		esac
		return 0
	fi
	if ((${#COMPREPLY[@]} == 1)) && [[ $kind == key && ${COMPREPLY[0]} == *[./] ]]; then compopt -o nospace 2>/dev/null; fi
	COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
}
complete -F _holdfast holdfast

# Completion of holdfast-send for bash. Printed by tools/print-completions; `make completions` writes it anew.
#
# Nothing that is read here is evaluated. Names with characters that mean something to a shell are not offered; files are
# completed by bash itself.
# shellcheck shell=bash disable=SC2034

# The options and the operand of a command.
_holdfast_send_command() {
	case $1 in
	*)
		options='--now --test --splay --destination --root --json --quiet --help --version'
		;;
	esac
}

# What the argument of an option is; empty where it takes none.
_holdfast_send_argument() {
	kind=
	case $1 in
	--splay) kind='any' ;;
	--destination) kind='any' ;;
	--root) kind='folder' ;;
	esac
}

# A word as the shell would read it, into REPLY, without evaluating anything; fails where that cannot be told.
_holdfast_send_plain() {
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
_holdfast_send_words() {
	local beginning=$1 word
	shift
	for word; do
		if [[ $word == "$beginning"* ]]; then printf '%s\n' "$word"; fi
	done
}

# Prints what may stand for $2, of the kind $1, on the host in the folder $3.
_holdfast_send_candidates() (
	shopt -s nullglob
	shopt -u failglob nocaseglob nocasematch dotglob
	set +fu
	unset GLOBIGNORE
	LC_ALL=C
	case $1 in
	words\ *)
		set -f
		# shellcheck disable=SC2086 # a list of our own
		_holdfast_send_words "$2" ${1#words }
		;;
	esac
)

_holdfast_send() {
	local current=${2-} prefix='' root='' command='' operands=0 ended='' expects='' used=' ' kind='' word i
	local options='' operand='' commands='@COMMANDS@' IFS=$' \t\n'
	COMPREPLY=()

	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ -n $expects ]]; then
			if [[ $word == = && ${COMP_WORDS[i - 1]} == "$expects" ]]; then continue; fi
			if [[ $expects == --root ]]; then
				_holdfast_send_plain "$word" || return 0
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
				_holdfast_send_plain "${word#*=}" || return 0
				root=$REPLY
			fi
			used+="${word%%=*} "
			_holdfast_send_argument "$word"
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
		_holdfast_send_argument "$expects"
	elif [[ -z $ended && $current == -* ]]; then
		_holdfast_send_command "$command"
		kind='words'
		for word in $options; do
			if [[ $word == --destination || $used != *" $word "* ]]; then kind+=" $word"; fi
		done
	elif [[ -z $command && -n $commands ]]; then
		kind="words $commands"
	else
		_holdfast_send_command "$command"
		case $operand in
		*...) kind=${operand%...} ;;
		*) if ((operands == 0)); then kind=$operand; fi ;;
		esac
	fi

	case $kind in
	'' | any) return 0 ;;
	file) ;;
	folder) compopt -o dirnames 2>/dev/null && return 0 ;;
	*) mapfile -t COMPREPLY < <(_holdfast_send_candidates "$kind" "$current" "$root" 2>/dev/null) ;;
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
complete -F _holdfast_send holdfast-send

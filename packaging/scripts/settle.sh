# Nothing half done is left behind: ends what is open in the journal, or says why the package has to stay for now.
settle() {
	open=/var/lib/holdfast/journal/open
	[ -L "$open" ] || return 0
	for try in 1 2 3 4 5 6 7 8 9 10; do
		status=0
		said=$(holdfast recover 2>&1) || status=$?
		# 75: another holdfast is at work, which takes milliseconds.
		if [ "$status" != 75 ] || [ "$try" = 10 ]; then break; fi
		sleep 1
	done
	[ -z "$said" ] || echo "$said" >&2
	[ -L "$open" ] || return 0
	case $status in
	0)
		echo "holdfast: not removed: a change waits for 'holdfast confirm'. Keep it by that, or take it back by" \
			"'holdfast rollback', or wait until it takes itself back; then remove the package" >&2
		;;
	75)
		echo "holdfast: not removed: another holdfast is changing this host; try again in a moment" >&2
		;;
	*)
		echo "holdfast: not removed: a change is unfinished and could not be taken back. When the host is as it" \
			"should be, 'rm $open' gives up on the rest; then remove the package" >&2
		;;
	esac
	return 1
}

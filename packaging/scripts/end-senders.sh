# Ends each sender of this host, also one that was started before an upgrade, and none in a container. A report that it has
# not delivered stays in its queue.
end_senders() {
	for signal in TERM KILL; do
		found=
		for process in /proc/[0-9]*; do
			program=$(readlink "$process/exe" 2>/dev/null) || continue
			if [ "${program% (deleted)}" = /usr/sbin/holdfast-send ] &&
				[ "$(stat -Lc %d:%i "$process/root")" = "$(stat -Lc %d:%i /)" ]; then
				kill "-$signal" "${process#/proc/}" 2>/dev/null || :
				found=1
			fi
		done
		[ -n "$found" ] || break
		sleep 1
	done
}

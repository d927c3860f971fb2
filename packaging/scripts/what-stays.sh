# Removing a package is no reason to change what the kernel does at the next boot. What goes on being set is said.
what_stays() {
	drop_in=/etc/sysctl.d/99-zz-holdfast.conf
	setting='^[[:space:]]*[^#;[:space:]]'
	# Names alone: some values are secret, and what is said here ends in logs.
	if [ -f "$drop_in" ] && grep -q "$setting" "$drop_in"; then
		count=$(grep -c "$setting" "$drop_in")
		echo "holdfast: $drop_in stays, and sets at each boot:" >&2
		grep "$setting" "$drop_in" | head -n 10 | sed 's/[[:space:]]*=.*//; s/^[[:space:]]*/  /' >&2
		[ "$count" -le 10 ] || echo "  and $((count - 10)) more" >&2
		echo "holdfast: to end that: rm $drop_in" >&2
	fi
	if grep -q '^## begin holdfast' /etc/sysctl.conf 2>/dev/null; then
		echo "holdfast: the lines in /etc/sysctl.conf from '## begin holdfast' to '## end holdfast' stay, and are" \
			"set at each boot; to end that, delete them" >&2
	elif grep -qs '"file": "/etc/sysctl.conf"' /var/lib/holdfast/journal/*.json; then
		echo "holdfast: lines of /etc/sysctl.conf that an apply has corrected stay as they are" >&2
	fi
	if [ -d /var/lib/holdfast/journal ]; then
		echo "holdfast: the old values are in /var/lib/holdfast/journal: with the package installed again," \
			"'holdfast rollback' brings them back" >&2
	fi
	textfile=$(sed -n 's/^[^#]*textfile:[[:space:]]*["'\'']\{0,1\}\([^],}"'\'' ]*\.prom\).*/\1/p' \
		/etc/holdfast/agent.yaml 2>/dev/null | head -n 1)
	if [ -n "$textfile" ] && [ -f "$textfile" ]; then
		echo "holdfast: $textfile stays, and tells node_exporter of the last run; to end that: rm $textfile" >&2
	fi
}

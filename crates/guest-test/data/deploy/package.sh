#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes a package of the distribution anew from an unpacked root file system in which it is
# installed: its files, its scripts, what it says of itself. Not compressed.
#
#   package.sh ROOT NAME OUTPUT.deb
set -eu
root=$1 name=$2 output=$3
known=$root/var/lib/dpkg

folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT
# Without folders: where one is a link in the file system, it is none in the package.
while read -r path; do
	[ -d "$root$path" ] || echo ".$path"
done <"$known/info/$name.list" |
	tar --create --directory "$root" --no-recursion --files-from=- |
	tar --extract --directory "$folder"
chmod 755 "$folder"
mkdir "$folder/DEBIAN"
for script in preinst postinst prerm postrm; do
	cp "$known/info/$name.$script" "$folder/DEBIAN/$script"
done
sed -n "/^Package: $name\$/,/^\$/p" "$known/status" | grep . | grep -v '^Status:' >"$folder/DEBIAN/control"
dpkg-deb --build -Znone "$folder" "$output"

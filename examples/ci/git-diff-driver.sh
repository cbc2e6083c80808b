#!/bin/sh
# What `git diff` shows of a Compose file: the requests that change, below the lines. git calls it with
# PATH OLD-FILE OLD-HEX OLD-MODE NEW-FILE NEW-HEX NEW-MODE; a file that is not there is /dev/null.
path=$1 old=$2 new=$5
diff -u --label "a/$path" --label "b/$path" -- "$old" "$new"
if [ "$old" != /dev/null ] && [ "$new" != /dev/null ]; then
  gateway diff --no-config --fail-on=none --level=behaviour -- "$old" "$new"
fi
# git takes any other end for a failure of the driver.
exit 0

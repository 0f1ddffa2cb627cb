#!/usr/bin/env bash
# Runs systemd as the first process of a machine of its own: own processes, mounts, network, names and control groups.
# Nothing of it reaches the machine on which it runs, and everything of it ends with it.
#
# usage: machine.sh FOLDER PROGRAM    FOLDER has `etc`, `app` and the empty folder `root`; PROGRAM is /opt/egret/egret
#
# FOLDER/etc and FOLDER/app (as /srv/app) outlive the machine, as a disk does; everything else is in its memory.
set -euo pipefail
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# As the manual pages tell a container manager to say (systemd.io, "Container Interface").
readonly CONTAINER=egret-test

main() {
  if [[ ${EGRET_MACHINE:-} != inside ]]; then
    enter_control_group
    # Whoever started this script takes the machine along.
    EGRET_MACHINE=inside exec setpriv --pdeathsig KILL -- unshare --pid --mount --cgroup --net --uts --ipc \
      --fork --kill-child --propagation private -- "$0" "$@"
  fi
  [[ $$ -eq 1 ]] # Never the first process of anything else.
  make_root "$1" "$2"
  start_systemd
}

# Below that of whoever starts it; what is there becomes the machine's root of control groups.
enter_control_group() {
  local group
  group=$(findmnt --first-only --noheadings --types cgroup2 --output TARGET)
  group+=$(sed -n 's/^0:://p' /proc/self/cgroup)/egret-machine-$$
  mkdir "$group"
  echo $$ >"$group/cgroup.procs"
}

make_root() {
  local folder=$1 program=$2 device
  mount -t tmpfs -o mode=755 machine "$folder/root"
  cd "$folder/root"
  mkdir -p usr etc srv/app opt/egret proc sys dev run root tmp var/log var/tmp old
  chmod 1777 tmp var/tmp
  for name in bin sbin lib lib32 lib64 libx32; do
    [[ ! -L /$name ]] || ln -s "usr/$name" "$name"
  done
  mount --bind -o ro /usr usr
  touch opt/egret/egret
  mount --bind "$program" opt/egret/egret
  mount --bind "$folder/etc" etc
  mount --bind "$folder/app" srv/app
  mount -t tmpfs -o mode=755 run run
  mount -t proc proc proc
  # The kernel is everybody's.
  mount --bind -o ro proc/sys proc/sys
  [[ ! -e proc/sysrq-trigger ]] || mount --bind /dev/null proc/sysrq-trigger
  mount -t tmpfs -o mode=755 sys sys
  mkdir -p sys/fs/cgroup
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount -t tmpfs -o mode=755 dev dev
  for device in null zero full random urandom; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  ln -s /proc/self/fd dev/fd
  pivot_root . old
  cd /
  umount --lazy /old
}

start_systemd() {
  exec env -i PATH="$PATH" container="$CONTAINER" setpriv --bounding-set \
    -sys_module,-sys_time,-sys_rawio,-mknod,-syslog,-audit_control,-audit_write -- \
    /lib/systemd/systemd --system --unit=multi-user.target </dev/null
}

main "$@"

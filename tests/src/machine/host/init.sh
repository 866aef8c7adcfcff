#!/bin/busybox sh
# The first process: loads the modules, brings up the network, and starts the guest's part of `cargo machine`.
/bin/busybox --install -s /bin
export PATH=/bin:/programs/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs tmp /tmp
chmod 1777 /tmp
mount -t devpts pts /dev/pts
while read -r module; do
    insmod "/modules/$module.ko" || echo "module $module: not loaded"
done < /modules/order
ip link set lo up
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2
hostname first
mount -t ext4 /dev/vda /programs
/programs/machine guest
sync
poweroff -f

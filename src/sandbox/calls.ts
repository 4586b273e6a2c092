/** Numbers of errors (errno.h). */
export const EPERM = 1;
export const ENOSYS = 38;
export const EAFNOSUPPORT = 97;

/** Calls that no program of a project needs and that reach far into the kernel; what they would do is refused. */
export const REFUSED = [
  // Namespaces and mounts: what holds a run is made of them.
  ...["unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot"],
  ...["open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"],
  // Other processes, keys, and what the kernel tells of itself.
  ...["ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise"],
  ...["add_key", "request_key", "keyctl", "bpf", "perf_event_open", "lookup_dcookie", "syslog", "fanotify_init", "open_by_handle_at", "name_to_handle_at"],
  // The machine.
  ...["kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "create_module", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd"],
  ...[
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "stime",
    "sethostname",
    "setdomainname",
    "iopl",
    "ioperm",
    "vhangup",
    "nfsservctl",
    "uselib",
    "modify_ldt",
    "vm86",
  ],
  ...["move_pages", "migrate_pages", "mbind", "set_mempolicy", "set_mempolicy_home_node"],
];
/** Calls that programs try and do without when the kernel does not know them. */
export const UNKNOWN = ["userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "clone3"];

/** `clone` with this flag makes a user namespace. */
export const CLONE_NEWUSER = 0x10000000;
/** Requests by which what is typed into a terminal is made up: TIOCSTI and TIOCLINUX. The kernel reads 32 bits of them. */
export const TERMINAL_REQUESTS = [0x5412, 0x541c];
export const LOW_32 = 0xffffffff;

/** Kinds of sockets that programs use: unix, inet, inet6, netlink. */
const FAMILIES = [1, 2, 10, 16];
/** The first kind after them, and those between them. */
export const FAMILIES_BEYOND = Math.max(...FAMILIES) + 1;
export const FAMILIES_BETWEEN = Array.from({ length: FAMILIES_BEYOND - 1 }, (_, at) => at + 1).filter((family) => !FAMILIES.includes(family));

/** The same rules as a profile that container engines read (https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp). */
export const profile = () => {
  const refuse = (names: string[], errnoRet: number, ...args: { index: number; op: string; value: number; valueTwo?: number }[]) => ({
    names,
    action: "SCMP_ACT_ERRNO",
    errnoRet,
    ...(args.length > 0 && { args }),
  });
  return {
    defaultAction: "SCMP_ACT_ALLOW",
    syscalls: [
      refuse(REFUSED, EPERM),
      refuse(UNKNOWN, ENOSYS),
      refuse(["clone"], EPERM, { index: 0, op: "SCMP_CMP_MASKED_EQ", value: CLONE_NEWUSER, valueTwo: CLONE_NEWUSER }),
      ...TERMINAL_REQUESTS.map((request) => refuse(["ioctl"], EPERM, { index: 1, op: "SCMP_CMP_MASKED_EQ", value: LOW_32, valueTwo: request })),
      ...FAMILIES_BETWEEN.map((family) => refuse(["socket"], EAFNOSUPPORT, { index: 0, op: "SCMP_CMP_EQ", value: family })),
      refuse(["socket"], EAFNOSUPPORT, { index: 0, op: "SCMP_CMP_GE", value: FAMILIES_BEYOND }),
    ],
  };
};

import { dlopen, type Pointer, ptr } from "bun:ffi";
import { memoryFile } from "./libc.ts";

const ALLOW = 0x7fff0000;
/** The call fails with this errno. */
const fail = (errno: number): number => 0x00050000 | errno;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** Calls that no program of a project needs and that reach far into the kernel; what they would do is refused. */
const REFUSED = [
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
const UNKNOWN = ["userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "clone3"];

const CLONE_NEWUSER = 0x10000000n;
const TIOCSTI = 0x5412n;
const TIOCLINUX = 0x541cn;
const LOW_32 = 0xffffffffn;
/** Kinds of sockets that programs use: unix, inet, inet6, netlink. */
const FAMILIES = [1, 2, 10, 16];

const EQUAL = 4;
const AT_LEAST = 5;
const MASKED = 7;

const open = () =>
  dlopen("libseccomp.so.2", {
    seccomp_init: { args: ["u32"], returns: "ptr" },
    seccomp_release: { args: ["ptr"], returns: "void" },
    seccomp_syscall_resolve_name: { args: ["ptr"], returns: "i32" },
    seccomp_rule_add_array: { args: ["ptr", "u32", "i32", "u32", "ptr"], returns: "i32" },
    seccomp_export_bpf: { args: ["ptr", "i32"], returns: "i32" },
  });

/**
 * The filter that every run's system calls pass, in the kernel's own form, as `bwrap --seccomp` reads it.
 * @returns a descriptor of a file in memory; null where libseccomp is not installed or does not make it
 */
export const makeFilter = (): number | null => {
  let library: ReturnType<typeof open>;
  try {
    library = open();
  } catch {
    return null;
  }
  const { symbols } = library;
  const filter = symbols.seccomp_init(ALLOW);
  if (!filter) return null;
  try {
    const fd = memoryFile();
    return refuse(symbols, filter) && symbols.seccomp_export_bpf(filter, fd) === 0 ? fd : null;
  } finally {
    symbols.seccomp_release(filter);
    library.close();
  }
};

type Symbols = ReturnType<typeof open>["symbols"];
/** Which argument of a call, how it is compared, and with what; MASKED takes the mask first. */
type Comparison = [argument: number, how: number, value: bigint, masked?: bigint];

const refuse = (symbols: Symbols, filter: Pointer | bigint): boolean => {
  const rule = (action: number, name: string, comparison?: Comparison): boolean => {
    const call = symbols.seccomp_syscall_resolve_name(ptr(new TextEncoder().encode(`${name}\0`)));
    // A call that this machine's kernel never had needs no rule.
    if (call < 0) return true;
    const memory = comparison && compared(comparison);
    return symbols.seccomp_rule_add_array(filter, action, call, memory ? 1 : 0, memory ? ptr(memory) : null) === 0;
  };
  const between = FAMILIES.flatMap((family, at) => Array.from({ length: family - (at === 0 ? 0 : (FAMILIES[at - 1] ?? 0) + 1) }, (_, step) => family - 1 - step)).filter(
    (family) => family > 0,
  );
  const beyond = BigInt((FAMILIES.at(-1) ?? 0) + 1);
  return [
    ...REFUSED.map((name) => rule(fail(EPERM), name)),
    ...UNKNOWN.map((name) => rule(fail(ENOSYS), name)),
    rule(fail(EPERM), "clone", [0, MASKED, CLONE_NEWUSER, CLONE_NEWUSER]),
    ...[TIOCSTI, TIOCLINUX].map((request) => rule(fail(EPERM), "ioctl", [1, MASKED, LOW_32, request])),
    ...between.map((family) => rule(fail(EAFNOSUPPORT), "socket", [0, EQUAL, BigInt(family)])),
    rule(fail(EAFNOSUPPORT), "socket", [0, AT_LEAST, beyond]),
  ].every(Boolean);
};

/** `struct scmp_arg_cmp`: two 32-bit numbers and two 64-bit ones. */
const compared = ([argument, how, value, masked = 0n]: Comparison): Uint8Array => {
  const memory = new DataView(new ArrayBuffer(24));
  memory.setUint32(0, argument, true);
  memory.setUint32(4, how, true);
  memory.setBigUint64(8, value, true);
  memory.setBigUint64(16, masked, true);
  return new Uint8Array(memory.buffer);
};

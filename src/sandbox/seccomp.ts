import { dlopen, type Pointer, ptr } from "bun:ffi";
import { CLONE_NEWUSER, EAFNOSUPPORT, ENOSYS, EPERM, FAMILIES_BETWEEN, FAMILIES_BEYOND, LOW_32, REFUSED, TERMINAL_REQUESTS, UNKNOWN } from "./calls.ts";
import { memoryFile } from "./libc.ts";

const ALLOW = 0x7fff0000;
/** The call fails with this errno. */
const fail = (errno: number): number => 0x00050000 | errno;

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

let made: number | null | undefined;

/**
 * The filter that every run's system calls pass, in the kernel's own form, as `bwrap --seccomp` reads it.
 * @returns a descriptor of a file in memory, the same each time; null where libseccomp is not installed or does not make it
 */
export const systemCallFilter = (): number | null => {
  made ??= makeFilter();
  return made;
};

const makeFilter = (): number | null => {
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
  return [
    ...REFUSED.map((name) => rule(fail(EPERM), name)),
    ...UNKNOWN.map((name) => rule(fail(ENOSYS), name)),
    rule(fail(EPERM), "clone", [0, MASKED, BigInt(CLONE_NEWUSER), BigInt(CLONE_NEWUSER)]),
    ...TERMINAL_REQUESTS.map((request) => rule(fail(EPERM), "ioctl", [1, MASKED, BigInt(LOW_32), BigInt(request)])),
    ...FAMILIES_BETWEEN.map((family) => rule(fail(EAFNOSUPPORT), "socket", [0, EQUAL, BigInt(family)])),
    rule(fail(EAFNOSUPPORT), "socket", [0, AT_LEAST, BigInt(FAMILIES_BEYOND)]),
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

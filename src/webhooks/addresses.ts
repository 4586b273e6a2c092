import { lookup } from "node:dns/promises";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Finds the addresses of a host. */
export type Resolve = (host: string) => Promise<string[]>;

export const resolveHost: Resolve = async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Networks that are not the internet, by RFC 6890 and its kin: this machine, its neighbours, clouds' metadata, tests, multicast. */
const refused = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  refused.addSubnet(network, prefix, "ipv4");
/** Of IPv6 only what is given out to the world is taken; of that not what leads elsewhere: tunnels to IPv4 (Teredo, 6to4), documentation. */
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  refused.addSubnet(network, prefix, "ipv6");

/** Whether an address is one of the internet. */
export const isPublic = (address: string): boolean => {
  const family = isIP(address);
  if (family === 4) return !refused.check(address, "ipv4");
  return family === 6 && global.check(address, "ipv6") && !refused.check(address, "ipv6");
};

/** An address that is not to be connected to. */
export class RefusedAddress extends Error {}

/**
 * The addresses of a URL's host, all of them checked: whoever connects takes these and asks nobody again, since a second
 * answer may be another.
 * @throws RefusedAddress when any is private and that is not allowed; whatever `resolve` throws
 */
export const addressesOf = async (url: URL, allowPrivate: boolean, resolve: Resolve): Promise<string[]> => {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) ? [host] : await resolve(host);
  if (addresses.length === 0) throw new Error(`${host} has no address`);
  if (!allowPrivate && !addresses.every(isPublic)) throw new RefusedAddress(`${host} leads to a private address`);
  return addresses;
};

/** The resolution of names for one connection, to addresses that were checked and to no others. */
export const onlyThese = (addresses: readonly string[]): LookupFunction => {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_, options, found) => {
    const [first] = known;
    if (options.all) found(null, known);
    else if (first) found(null, first.address, first.family);
  };
};

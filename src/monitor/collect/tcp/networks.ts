import { BlockList, isIPv6 } from "node:net";

/** Does an address lie in one of the addresses and networks (`10.1.0.0/16`)? An empty list has them all. */
export function isAllowedBy(list: readonly string[]): (address: string) => boolean {
  if (list.length === 0) return () => true;
  const allowed = new BlockList();
  for (const text of list) {
    const [address = "", bits] = text.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) allowed.addAddress(address, family);
    else allowed.addSubnet(address, Number(bits), family);
  }
  return (address) => allowed.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

export type { DamagedRecord, ReadLimits, Wal, WalEntry, WalOptions, WalRecord, WalStats } from "./log.ts";
export { openWal } from "./wal.ts";

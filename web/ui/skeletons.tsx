import { Skeleton } from "@mantine/core";

/** Where rows will be: calm bars, never a spinner. */
export function RowsSkeleton({ rows = 8 }: { readonly rows?: number }) {
  return (
    <div aria-busy="true" style={{ display: "grid", gap: 12, paddingBlock: 12 }}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars have no identity
        <Skeleton key={i} height={14} width={`${92 - ((i * 17) % 34)}%`} radius={2} />
      ))}
    </div>
  );
}

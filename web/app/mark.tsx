/** The watchtower: two roofs, a stone base and one lit window. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path
        fill="var(--y-ai)"
        d="M16 2.5c-2.2 2.9-5.6 5-10.4 6.1.3 1 .9 1.7 1.9 2.1h17c1-.4 1.6-1.1 1.9-2.1C21.6 7.5 18.2 5.4 16 2.5zM9.5 11.8h13v4.4h-13zM3 18.7c.5 1.2 1.3 2 2.5 2.3h21c1.2-.3 2-1.1 2.5-2.3-2.6-.2-4.7-.8-6.5-1.7h-13c-1.8.9-3.9 1.5-6.5 1.7zM8 22.1h16l2.2 7.4H5.8z"
      />
      <path fill="var(--y-lamp)" d="M14.4 12.7h3.2v2.8h-3.2z" />
    </svg>
  );
}

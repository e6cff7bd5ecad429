// The package types only its barrel, which names 6,000 icons; one deep import costs one icon.
declare module "@tabler/icons-react/dist/esm/icons/*.mjs" {
  import type { Icon } from "@tabler/icons-react";

  const icon: Icon;
  // biome-ignore lint/style/noDefaultExport: this is the shape of the package's files
  export default icon;
}

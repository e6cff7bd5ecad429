/** A document read from a file, on its way from the list to the editor. */
let imported: string | undefined;

export function keepImported(text: string): void {
  imported = text;
}

export function takeImported(): string | undefined {
  const text = imported;
  imported = undefined;
  return text;
}

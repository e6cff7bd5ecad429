/** `20261122T120000Z`: an instant in a file's name. */
export const fileStamp = (at: Date): string => at.toISOString().replaceAll(/[-:]|\.\d+/g, "");

import type PDFDocument from "pdfkit";

export type Pdf = InstanceType<typeof PDFDocument>;
/** Text as the font can draw it. */
export type Print = (text: string) => string;

/** Points. */
export const MARGIN = 56;
export const SIZE = 10;

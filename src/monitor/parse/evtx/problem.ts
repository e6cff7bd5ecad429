/** What is wrong with a part of an EVTX file, and the record that it costs. Thrown inside this folder and caught at each record. */
export class Broken extends Error {}

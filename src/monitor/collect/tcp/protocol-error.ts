/** The sender broke its protocol: nothing after this point can be trusted, so the connection ends. Counted and shown. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProtocolError";
  }
}

/** The stream ended inside a message. Senders break off every day: what came whole is kept, the rest they send again. */
export class StreamCut extends Error {
  constructor() {
    super("The stream ended inside a message.");
    this.name = "StreamCut";
  }
}

import { connect, createServer, type Server, type Socket } from "node:net";

/** A server on loopback between a client and another server. */
export interface Relay {
  readonly port: number;
  /** How its open connections look to the server behind it, as `127.0.0.1:50000`. */
  readonly addresses: () => readonly string[];
  /** What the server was asked, byte by byte. */
  readonly asked: () => string;
  /** How many connections there have been. */
  readonly made: () => number;
  /** Answers of the connections that are open now stay away; what is asked still goes through. */
  readonly hold: () => void;
  /** What was held goes on. */
  readonly resume: () => void;
  /** The next answer of each connection is this one in place of the server's. */
  readonly forge: (answer: string) => void;
  /** Ends all connections and refuses new ones. */
  readonly cut: () => Promise<void>;
  /** Takes connections again, at the same port. */
  readonly mend: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startRelay(host: string, port: number): Promise<Relay> {
  const pairs = new Map<Socket, Socket>();
  /** What is held, for each connection that is. */
  const held = new Map<Socket, Buffer[]>();
  const forged = new Map<Socket, string>();
  let made = 0;
  let asked = "";
  const server = createServer((near) => {
    made++;
    const far = connect(port, host);
    pairs.set(near, far);
    const end = () => {
      near.destroy();
      far.destroy();
      pairs.delete(near);
      held.delete(near);
    };
    near.on("close", end).on("error", end);
    far.on("close", end).on("error", end);
    near.on("data", (bytes) => {
      asked += bytes.toString("latin1");
    });
    near.pipe(far).on("data", (bytes) => {
      const kept = held.get(near);
      const answer = forged.get(near) ?? bytes;
      forged.delete(near);
      if (kept === undefined) near.write(answer);
      else kept.push(bytes);
    });
  });
  const own = await listen(server, 0);
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const near of pairs.keys()) near.destroy();
    await closed;
  };
  return {
    port: own,
    addresses: () => [...pairs.values()].map((far) => `${far.localAddress}:${far.localPort}`),
    asked: () => asked,
    made: () => made,
    hold: () => {
      for (const near of pairs.keys()) held.set(near, []);
    },
    resume: () => {
      for (const [near, kept] of held) near.write(Buffer.concat(kept));
      held.clear();
    },
    forge: (answer) => {
      for (const near of pairs.keys()) forged.set(near, answer);
    },
    cut,
    mend: async () => {
      await listen(server, own);
    },
    close: async () => {
      if (server.listening) await cut();
    },
  };
}

/** A server that takes connections and all they bring, never answers, and does not hang up when the other side does. */
export interface Swallower {
  readonly port: number;
  /** What it was sent, byte by byte. */
  readonly heard: () => string;
  readonly close: () => Promise<void>;
}

export async function startSwallower(): Promise<Swallower> {
  const sockets = new Set<Socket>();
  let heard = "";
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on("error", () => undefined));
    socket.setEncoding("latin1").on("data", (text) => {
      heard += text;
    });
  });
  const port = await listen(server, 0);
  return {
    port,
    heard: () => heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

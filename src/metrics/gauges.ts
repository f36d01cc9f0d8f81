import { Gauge, type Registry } from "prom-client";
import type { Labels } from "./labels.ts";

/** How busy the connections to one origin are. */
export interface PoolState {
  readonly origin: string;
  readonly connected: number;
  readonly free: number;
  readonly pending: number;
  readonly running: number;
  readonly queued: number;
}

/** What is looked at when somebody reads the metrics. */
export interface GaugeDeps {
  readonly version: string;
  /** Requests that are being answered. */
  readonly inFlight: () => number;
  readonly pools: () => readonly PoolState[];
}

/** Registers what has a value rather than a count. */
export function registerGauges(register: Registry, labels: Labels, { version, inFlight, pools }: GaugeDeps): void {
  const registers = [register];
  new Gauge({
    name: "specgate_build_info",
    help: "Always 1; the version is in the label.",
    labelNames: ["version"],
    registers,
  }).set({ version }, 1);
  new Gauge({
    name: "specgate_in_flight_requests",
    help: "Requests that are being answered.",
    registers,
    collect() {
      this.set(inFlight());
    },
  });
  const pool = (name: string, help: string, read: (state: PoolState) => number): void => {
    const collect = function (this: Gauge): void {
      this.reset();
      for (const state of pools()) this.inc({ provider: labels.providersAt(state.origin) }, read(state));
    };
    new Gauge({ name: `specgate_pool_${name}`, help, labelNames: ["provider"], registers, collect });
  };
  pool("connections", "Open connections to upstreams.", ({ connected }) => connected);
  pool("free_connections", "Open connections without a request.", ({ free }) => free);
  pool("running_requests", "Requests on a connection, answered or not.", ({ running }) => running);
  pool("pending_requests", "Requests that no connection has taken yet.", ({ pending }) => pending);
  pool("queued_requests", "Requests that wait because all connections are busy.", ({ queued }) => queued);
}

import { collectDefaultMetrics, Registry } from "prom-client";

/** Half of prom-client's own rate: sampling the event loop costs 0.5 % of a slow core in place of 1 %. */
const loopSampleMs = 20;

let register: Registry | undefined;

/**
 * CPU, memory, garbage collection and event loop of this process, in Prometheus' text format.
 *
 * A process has one event loop and one heap, however many gateways run in it, and watching them costs something and has
 * no end: so it is done once, and only from the first time on that somebody asks.
 */
export function readProcess(): Promise<string> {
  if (register === undefined) {
    register = new Registry();
    collectDefaultMetrics({ register, eventLoopMonitoringPrecision: loopSampleMs });
  }
  return register.metrics();
}

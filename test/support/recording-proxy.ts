import { createServer, request as ask, type Server } from 'node:http';

/** Stands in front of a Docker socket and writes down what is asked. */
export interface RecordingProxy {
  /** `unix:///…` */
  readonly endpoint: string;
  /** `GET /containers/json?all=true`, in order. */
  readonly asked: () => readonly string[];
  stop(): Promise<void>;
}

/** Passes everything on, streams included. */
export async function startRecordingProxy(upstream: string, path: string): Promise<RecordingProxy> {
  const asked: string[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    const further = ask({ socketPath: upstream, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      // A daemon that goes away in the middle of an answer is seen as that.
      answer.once('error', () => outgoing.destroy());
    });
    further.once('error', () => outgoing.destroy());
    outgoing.once('close', () => further.destroy());
    incoming.pipe(further);
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  return {
    endpoint: `unix://${path}`,
    asked: () => [...asked],
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

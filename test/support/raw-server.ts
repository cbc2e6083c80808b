export { startRawServer } from '../../src/engines/raw-server.ts';
export type { RawServer, ReceivedRequest, Reply } from '../../src/engines/raw-server.ts';

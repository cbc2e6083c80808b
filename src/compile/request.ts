export { parseRequest } from '../testing/request.ts';
export type { ExplainRequest, ParsedRequest } from '../testing/request.ts';

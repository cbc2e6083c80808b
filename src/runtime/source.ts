import type { SourceCriterion } from '../ir/index.ts';
import { headerOf } from './headers.ts';
import { selectIp } from './ip.ts';
import type { RuntimeRequest } from './message.ts';

/** What requests are counted by. Without criterion rateLimit takes the peer, inFlightReq the host (pkg/middlewares/extractor.go). */
export function sourceOf(criterion: SourceCriterion | undefined, fallback: 'peer' | 'host'): (request: RuntimeRequest) => string {
  const header = criterion?.requestHeaderName ?? '';
  if (criterion?.ipStrategy !== undefined) return selectIp(criterion.ipStrategy);
  // A missing header is a source of its own: the empty text (ran).
  if (header !== '') return (request) => headerOf(request.headers, header) ?? '';
  // The raw text of the Host: port and case make another source (ran).
  if (criterion?.requestHost === true || fallback === 'host') return (request) => request.host;
  return selectIp(undefined);
}

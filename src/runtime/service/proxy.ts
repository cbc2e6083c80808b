import type { Endpoint, HeaderList, LoadBalancer, Transport } from '../../ir/index.ts';
import { isUnsent, send, type Failure, type Handler, type UpstreamRequest, type UpstreamResponse } from '../effect.ts';
import { informedBy, respondStatus, type Body, type Draft, type RuntimeResponse } from '../message.ts';
import { downstreamResponse, upstreamRequest, type Address } from '../upstream.ts';
import { areSendable, headerOf } from '../headers.ts';
import { bracketed, placeText } from '../../text/index.ts';

/** What Traefik answers when a server does not (pkg/proxy/httputil ComputeStatusCode; ran). */
const STATUS_OF: Readonly<Record<Failure, number>> = { refused: 502, unreached: 504, distrusted: 500, closed: 502, garbled: 500, timeout: 504, cancelled: 499, unsupported: 500 };

/** `scheme://host:port` as the configuration and cookies know an endpoint. */
export function endpointUrl(endpoint: Endpoint): string {
  return `${endpoint.scheme}://${authority(endpoint)}${endpoint.path}`;
}

function authority(endpoint: Endpoint): string {
  return endpoint.port === 0 ? bracketed(endpoint.host) : placeText(endpoint);
}

/** `scheme://host:port` without path: how decisions name an endpoint. */
export function endpointAddress(endpoint: Endpoint): string {
  return `${endpoint.scheme}://${authority(endpoint)}`;
}

/** Forwards to one server. */
export function proxyTo(endpoint: Endpoint, balancer: LoadBalancer, transport: Transport | undefined): Handler {
  const address: Address = { host: authority(endpoint), passHostHeader: balancer.passHostHeader, basePath: endpoint.preservePath ? endpoint.path : '' };
  return function* forward(request, draft) {
    const outgoing = upstreamRequest(request, address);
    if (!areSendable(outgoing.headers)) return respondStatus(draft, 500);
    const outcome = yield* send({ kind: 'endpoint', endpoint, transport }, outgoing, informedBy(draft));
    if (request.attempt !== undefined) {
      request.attempt.reached = true;
      request.attempt.wrote ||= outcome.kind === 'response' || !isUnsent(outcome.failure);
    }
    if (outcome.kind === 'failure') return respondStatus(draft, STATUS_OF[outcome.failure]);
    return onto(draft, outgoing, outcome.response, downstreamResponse(outgoing, request, outcome.response));
  };
}

/** Go's proxy adds the server's fields to those that are already there. */
function onto(draft: Draft, via: UpstreamRequest, received: UpstreamResponse, answer: { readonly headers: HeaderList; readonly body: Body }): RuntimeResponse {
  const headers = [...draft.headers, ...answer.headers];
  const untyped = draft.untyped && headerOf(headers, 'Content-Type') === undefined;
  const response = { status: received.status, headers, removed: [], untyped, body: answer.body, via, finalizers: [] };
  return received.upgrade === undefined ? response : { ...response, upgrade: received.upgrade };
}

import type { ObjectShape } from './shape.ts';
import { either, integer, keyed, nameOf, oneOrMore, text } from './words.ts';

const fields = (title: string, description: string): ReturnType<typeof keyed> => keyed(title, description, 'header', text('Value', 'The value; null for: not there.', 'DENY'), { 'X-Frame-Options': 'DENY' });

const expected: ObjectShape = {
  kind: 'object', noun: 'expectation', title: 'Expectations', description: 'What must become of the request; what is not named may be anything.', example: { route: 'shop', target: '/' }, alias: { router: 'route', 'response-headers': 'responseHeaders' },
  fields: {
    to: text('To', 'Who answers: a route, a service, or a Compose service.', 'shop'),
    status: integer('Status', 'The status of the answer.', 200, { least: 100, most: 599 }),
    route: text('Route', 'The route that takes the request.', 'shop'),
    service: text('Service', 'The service behind it.', 'shop'),
    endpoint: text('Endpoint', 'HOST:PORT, or the Compose service, that answers.', 'web:8080'),
    target: text('Target', 'Path and query as the endpoint gets them.', '/v1?x=1'),
    redirect: text('Redirect', 'Location of a redirection.', 'https://shop.example.com/'),
    headers: fields('Headers', 'Headers that reach the endpoint.'),
    responseHeaders: fields('Answer headers', 'Headers of the answer.'),
    middlewares: oneOrMore(nameOf('middleware')),
  },
};

/** An entry of `tests:`. */
export const routeTest = either({ title: 'Test', description: 'A request and the route, or the status, that it must get.', example: 'GET http://shop.example.com/ -> shop' },
  text('Short test', 'METHOD URL -> ROUTE or STATUS [LOCATION].', 'GET http://shop.example.com/ -> shop', { pattern: /^[A-Z]+ https?:\/\/\S+ -> \S/, wanted: 'METHOD URL -> ROUTE' }),
  {
    kind: 'object', noun: 'test', title: 'Long test', description: 'A request with headers, and what must become of it.', example: { request: 'GET http://shop.example.com/', expect: 'shop' }, required: ['request', 'expect'], alias: { 'client-ip': 'clientIp', entrypoint: 'entryPoint' },
    fields: {
      name: text('Name', 'What the test is called in reports.', 'the shop is open'),
      request: text('Request', 'METHOD URL.', 'GET http://shop.example.com/', { pattern: /^[A-Z]+ https?:\/\/\S+$/, wanted: 'METHOD URL' }),
      headers: keyed('Headers', 'Headers of the request.', 'header', text('Value', 'The value.', '1'), { 'X-Beta': '1' }),
      body: text('Body', 'Body of the request.', 'a=1'),
      clientIp: text('Client address', 'The address that the request comes from.', '10.1.2.3', { default: '127.0.0.1' }),
      entryPoint: text('Entry point', 'Where the request comes in; without it the port of the URL decides.', 'web'),
      expect: either({ title: 'Expectation', description: 'A route, a status, or several things by name.', example: 'shop' }, text('Route or status', 'Who answers, or the status.', 'shop'), expected),
    },
  });

import { expect, test } from 'vitest';
import { maskEngineWords, maskSecrets } from '../../src/diagnostics/mask.ts';

test.each([
  ['- traefik.http.middlewares.a.basicauth.users=ann:$$apr1$$5iWkCj3b$$hSdGA8xi'],
  ['users: ["bob:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M="]'],
  ['traefik.http.middlewares.a.basicauth.users=hunter2'],
  ['      - "traefik.http.middlewares.a.digestauth.users=hunter2,ann:realm:x"'],
  ['      POSTGRES_PASSWORD: kong'],
  ['  - API_TOKEN=abcdef'],
  ['url: http://me:hunter2@host/x'],
  ['traefik.http.middlewares.h.headers.customrequestheaders.Authorization=Basic abcdef'],
])('hides the secret and keeps every place: %s', (line) => {
  const masked = maskSecrets(line);
  expect(masked).toHaveLength(line.length);
  expect(masked).toContain('***');
  for (const secret of ['5iWkCj3b', 'hSdGA8xi', 'qUqP5cyxm6YcTAhz05Hph5gvu9M', 'kong', 'abcdef', 'hunter2']) expect(masked).not.toContain(secret);
});

test.each([
  ['error parsing BasicUser: hunter2', 'error parsing BasicUser: ***'],
  ['error parsing BasicUser: ann:hunter2:with more', 'error parsing BasicUser: ann:***'],
  ['error parsing DigestUser: ann:hunter2', 'error parsing DigestUser: ann:***'],
  ['parse "http://me:hunter2@host": no', 'parse "http://me:*******@host": no'],
  ['middleware "nope@docker" does not exist', 'middleware "nope@docker" does not exist'],
])('of what an engine says a login is not shown: %s', (words, shown) => {
  expect(maskEngineWords(words)).toBe(shown);
});

test.each(['- traefik.http.middlewares.a.basicauth.users=${USERS}', '- traefik.http.routers.web.rule=Host(`a.example.com`)', '  image: traefik:v3.7', '- --entrypoints.web.address=:80', 'password: ${DB_PASSWORD}'])('leaves the rest alone: %s', (line) => {
  expect(maskSecrets(line)).toBe(line);
});

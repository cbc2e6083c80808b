/**
 * A dynamic file with routers that 3.7.15 disables for how they stand to each other, or for TLS options that it cannot use,
 * beside some that it serves. What it says of each is asked, not written here.
 */
export const ROUTER_FAULTS = `http:
  routers:
    nowhere: {rule: "Host(\`a.test\`)"}
    plain: {rule: "Host(\`b.test\`)", service: s}
    one: {rule: "PathPrefix(\`/p\`)"}
    one-kid: {rule: "Path(\`/p/x\`)", service: nope, parentRefs: [one]}
    top: {rule: "PathPrefix(\`/q\`)"}
    mid: {rule: "PathPrefix(\`/q/r\`)", parentRefs: [top]}
    low: {rule: "PathPrefix(\`/q/r/s\`)", parentRefs: [mid], service: s, middlewares: [gone]}
    half: {rule: "PathPrefix(\`/ok\`)"}
    half-good: {rule: "PathPrefix(\`/ok\`)", parentRefs: [half], service: s}
    half-bad: {rule: "PathPrefix(\`/ok\`", parentRefs: [half], service: s}
    half-dead: {rule: "PathPrefix(\`/ok\`)", parentRefs: [half]}
    secure: {rule: "PathPrefix(\`/t\`)"}
    secure-kid: {rule: "PathPrefix(\`/t\`)", parentRefs: [secure], service: s, tls: {}}
    both: {rule: "PathPrefix(\`/u\`)", service: s}
    both-kid: {rule: "PathPrefix(\`/u\`)", parentRefs: [both], service: s}
    high: {rule: "PathPrefix(\`/v\`)", priority: 9223372036854775806}
    high-kid: {rule: "PathPrefix(\`/v\`)", parentRefs: [high], service: nope}
    elsewhere: {rule: "PathPrefix(\`/w\`)", entryPoints: [nope]}
    elsewhere-kid: {rule: "PathPrefix(\`/w\`)", parentRefs: [elsewhere], service: nope}
    round: {rule: "PathPrefix(\`/x\`)", parentRefs: [about], service: s}
    about: {rule: "PathPrefix(\`/x\`)", parentRefs: [round]}
    ring: {rule: "Host(\`ring.test\`)"}
    ring-a: {rule: "PathPrefix(\`/a\`)", parentRefs: [ring, ring-b]}
    ring-b: {rule: "PathPrefix(\`/a/b\`)", parentRefs: [ring-a]}
    loop: {rule: "Host(\`loop.test\`)"}
    loop-c: {rule: "PathPrefix(\`/a\`)", parentRefs: [loop, loop-d]}
    loop-d: {rule: "PathPrefix(\`/a/b\`)", parentRefs: [loop-c], service: s}
    self: {rule: "PathPrefix(\`/s\`)", parentRefs: [self]}
    twice: {rule: "PathPrefix(\`/u\`)", parentRefs: [half, half], service: nope}
    rooted: {rule: "PathPrefix(\`/u\`)", parentRefs: [half], service: s, entryPoints: [web], tls: {}}
    traced: {rule: "PathPrefix(\`/u\`)", parentRefs: [half], service: s, observability: {metrics: false}}
    cipher: {rule: "Host(\`cipher.test\`)", service: s, tls: {options: cipher}}
    curve: {rule: "Host(\`curve.test\`)", service: s, tls: {options: curve}}
    kind: {rule: "Host(\`kind.test\`)", service: s, tls: {options: kind}}
    no-ca: {rule: "Host(\`no-ca.test\`)", service: s, tls: {options: no-ca}}
    several: {rule: "Host(\`several.test\`)", service: s, tls: {options: several}}
    usual: {rule: "Host(\`usual.test\`)", service: s, tls: {}}
    by-name: {rule: "Host(\`by-name.test\`)", service: s, tls: {options: default}}
    modern: {rule: "Host(\`modern.test\`)", service: s, tls: {options: modern}}
  services:
    s: {loadBalancer: {servers: [{url: "http://127.0.0.1:9"}], serversTransport: least}}
  serversTransports:
    least: {minVersion: VersionTLS12}
    crossed: {minVersion: VersionTLS13, maxVersion: VersionTLS12}
    misspelt: {minVersion: TLS12, serverName: a.test}
    suite: {cipherSuites: [TLS_AES_128_GCM_SHA256, B]}
    sound: {minVersion: VersionTLS12, maxVersion: VersionTLS13, rootCAs: [/ca.pem]}
tcp:
  routers:
    curve: {rule: "HostSNI(\`c.test\`)", service: t, tls: {options: curve}}
    usual: {rule: "HostSNI(\`u.test\`)", service: t, tls: {}}
    through: {rule: "HostSNI(\`p.test\`)", service: t, tls: {passthrough: true, options: curve}}
  services:
    t: {loadBalancer: {servers: [{address: "127.0.0.1:9"}]}}
tls:
  options:
    default: {cipherSuites: [tls_aes_128_gcm_sha256]}
    cipher: {cipherSuites: [TLS_AES_128_GCM_SHA256, FOO, BAR]}
    curve: {curvePreferences: [X25519, P256]}
    kind: {clientAuth: {clientAuthType: requestClientCert}}
    no-ca: {clientAuth: {clientAuthType: RequireAndVerifyClientCert}}
    several: {cipherSuites: [FOO], curvePreferences: [X], clientAuth: {clientAuthType: Bar}}
    modern: {minVersion: "1.3", curvePreferences: [secp256r1mlkem768, x25519], cipherSuites: [TLS_FALLBACK_SCSV], clientAuth: {clientAuthType: RequestClientCert}}
`;

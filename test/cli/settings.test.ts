import Fastify from 'fastify'
import { Writable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'
import type { App } from '../../src/http/parts.ts'
import { warnOfProxies } from '../../src/http/proxies.ts'

/** What is said of a setting that is refused: one sentence that names it. */
function refusal(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    return error instanceof ConfigError ? error.message : String(error)
  }
  return 'not refused'
}

test.each([
  ['PUBLIC_URL', 'localhost:3000'],
  ['PUBLIC_URL', 'bids.example.org'],
  ['PUBLIC_URL', '//bids.example.org'],
  ['PUBLIC_URL', 'ftp://bids.example.org'],
  ['PUBLIC_URL', 'javascript:alert(1)'],
  ['PUBLIC_URL', 'file:///tmp'],
  ['PUBLIC_URL', 'https://'],
  ['PUBLIC_URL', 'https://bids.example.org/auctions'],
  ['PUBLIC_URL', 'https://bids.example.org?'],
  ['PUBLIC_URL', 'https://bids.example.org/#'],
  ['PUBLIC_URL', 'https://user:pass@bids.example.org'],
  ['PUBLIC_URL', 'https://bids.example.org:99999'],
  ['PUBLIC_URL', 'https:\\\\bids.example.org'],
  ['PUBLIC_URL', ' '],
  ['PUBLIC_URL', 'https://0'],
  ['PUBLIC_URL', 'https://1'],
  ['PUBLIC_URL', 'https://2130706433:3000'],
  ['PUBLIC_URL', 'https://0x7f.1'],
  ['PUBLIC_URL', 'https://bids.example.org.'],
  ['PUBLIC_URL', 'https://bids.example.org.:8443/'],
  ['PUBLIC_URL', 'https://[::]'],
  ['PUBLIC_URL', 'https://bids.example.org:0'],
  ['PUBLIC_URL', 'https://bids.example.org,b'],
  ['ALLOWED_ORIGINS', '*'],
  ['ALLOWED_ORIGINS', 'null'],
  ['ALLOWED_ORIGINS', 'www.example.org'],
  ['ALLOWED_ORIGINS', 'https://*.example.org'],
  ['ALLOWED_ORIGINS', 'https://www.example.org/page'],
  ['ALLOWED_ORIGINS', 'https://www.example.org https://example.org'],
  ['ALLOWED_ORIGINS', 'https://www.example.org; https://example.org'],
  ['ALLOWED_ORIGINS', 'https://www.example.org, wss://example.org'],
  ['ALLOWED_ORIGINS', 'https://user@example.org'],
  ['ALLOWED_ORIGINS', 'https://www.example.org;b'],
  ['HOST', '0'],
  ['HOST', 'http://0.0.0.0'],
  ['HOST', '0.0.0.0:3000'],
  ['HOST', '[::1]'],
  ['HOST', 'a host'],
  ['HOST', '-x'],
  ['HOST', '224.0.0.1'],
  ['HOST', '255.255.255.255'],
  ['HOST', 'ff02::1'],
  ['HOST', '::ffff:224.0.0.1'],
  ['PORT', 'http'],
  ['PORT', '1e3'],
  ['PORT', '-1'],
  ['PORT', '65536'],
  ['PORT', '80.5'],
  ['PORT', '00000'],
  ['PORT', '03000'],
  ['ADMIN_PASSWORD', ' '.repeat(12)],
  ['ADMIN_PASSWORD', 'the password of a file\n'],
  ['ADMIN_PASSWORD', '\tthe password'],
  ['TRUST_PROXY', 'yes'],
  ['TRUST_PROXY', '0'],
  ['TRUST_PROXY', '-1'],
  ['TRUST_PROXY', '1000'],
  ['TRUST_PROXY', ','],
  ['TRUST_PROXY', '0.0.0.0/0'],
  ['TRUST_PROXY', '::/0'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '10.0.0.0/'],
  ['TRUST_PROXY', '10.0.0.0/8/8'],
  ['TRUST_PROXY', 'fd00::/129'],
  ['TRUST_PROXY', 'proxy.example.org'],
  ['TRUST_PROXY', '10.0.0.1, on'],
  ['TRUST_PROXY', '::ffff:0:0/96'],
  ['TRUST_PROXY', '::ffff:8.0.0.0/100'],
  ['TRUST_PROXY', '2000::/7'],
  ['TRUST_PROXY', '2000::/3'],
  ['TRUST_PROXY', '1.0.0.0/8'],
  ['TRUST_PROXY', '172.0.0.0/8'],
  ['TRUST_PROXY', '::1%lo'],
  ['METRICS_TOKEN', 'x'],
  ['METRICS_TOKEN', ' '],
  ['METRICS_TOKEN', 'eight or more with blanks'],
  ['RATE_LIMITS', 'no'],
  ['REGISTRATION', 'closed'],
  ['WATCHING', 'off'],
  ['LOG_LEVEL', 'loud'],
  ['DEMO', 'no'],
])('%s=%s is refused at the start, in a sentence', (name, value) => {
  expect(refusal({ [name]: value })).toMatch(new RegExp(`^${name}: [^\n]{10,}$`))
})

test.each([
  [{ PUBLIC_URL: 'https://bids.example.org/' }, { PUBLIC_URL: 'https://bids.example.org' }],
  [{ PUBLIC_URL: 'HTTP://Bids.Example.org:80' }, { PUBLIC_URL: 'http://bids.example.org' }],
  [{ PUBLIC_URL: 'http://[::1]:3000' }, { PUBLIC_URL: 'http://[::1]:3000' }],
  [
    { ALLOWED_ORIGINS: 'https://www.example.org/ , http://localhost:8080,' },
    { ALLOWED_ORIGINS: ['https://www.example.org', 'http://localhost:8080'] },
  ],
  [{ PUBLIC_URL: 'https://192.0.2.1:8443' }, { PUBLIC_URL: 'https://192.0.2.1:8443' }],
  [{ HOST: '::' }, { HOST: '::' }],
  [{ HOST: 'fe80::1%br-lan' }, { HOST: 'fe80::1%br-lan' }],
  [
    { HOST: 'bids-1.example.org', PORT: '0' },
    { HOST: 'bids-1.example.org', PORT: 0 },
  ],
  [{ TRUST_PROXY: 'off' }, { TRUST_PROXY: false }],
  [{ TRUST_PROXY: 'on' }, { TRUST_PROXY: 1 }],
  [{ TRUST_PROXY: '2' }, { TRUST_PROXY: 2 }],
  [{ TRUST_PROXY: '10.0.0.0/8, fd00::/8,127.0.0.1' }, { TRUST_PROXY: ['10.0.0.0/8', 'fd00::/8', '127.0.0.1'] }],
  [
    { TRUST_PROXY: '104.16.0.0/13, 2606:4700::/32, ::ffff:10.0.0.0/104, 192.168.0.0/16' },
    { TRUST_PROXY: ['104.16.0.0/13', '2606:4700::/32', '::ffff:10.0.0.0/104', '192.168.0.0/16'] },
  ],
  [{}, { HOST: 'localhost', PORT: 3000, PUBLIC_URL: null, ALLOWED_ORIGINS: [], TRUST_PROXY: false }],
])('%o is read', (env, config) => {
  expect(readConfig(env)).toMatchObject(config)
})

test.each([
  ['REGISTRATON', 'REGISTRATION'],
  ['registration', 'REGISTRATION'],
  ['REGISTARTION', 'REGISTRATION'],
  ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
  ['ALLOW_ORIGINS', 'ALLOWED_ORIGINS'],
  ['TRUSTED_PROXY', 'TRUST_PROXY'],
  ['RATE_LIMIT', 'RATE_LIMITS'],
  ['PUBLICURL', 'PUBLIC_URL'],
  ['PUBLIC_ULR', 'PUBLIC_URL'],
  ['ADMIN_MAIL', 'ADMIN_EMAIL'],
  ['ADMIN_PASSWD', 'ADMIN_PASSWORD'],
  ['METRIC_TOKEN', 'METRICS_TOKEN'],
  ['WATCHNG', 'WATCHING'],
  ['DATA_DRI', 'DATA_DIR'],
  ['DATA_DIRECTORY', 'DATA_DIR'],
  ['TRUST_PROXIES', 'TRUST_PROXY'],
  ['ADMIN_PASS', 'ADMIN_PASSWORD'],
  ['REGISTER', 'REGISTRATION'],
  ['MARTILLO_WATCHING', 'WATCHING'],
  ['martillo_host', 'HOST'],
])('%s is taken for a slip, and %s is named', (slip, meant) => {
  expect(refusal({ [slip]: 'x' })).toMatch(new RegExp(`^${slip}: .*\\b${meant}\\b`))
  expect(readConfig({ [slip]: '' }).REGISTRATION).toBe('open')
})

/** What a shell, a desktop, Docker, Kubernetes, systemd, npm, CI and other programs leave in an environment. */
const ORDINARY =
  `PATH HOME USER LOGNAME SHELL PWD OLDPWD LANG LC_ALL TERM SHLVL HOSTNAME HOSTTYPE OSTYPE MACHTYPE PORTS HOSTS
  EDITOR VISUAL PAGER DISPLAY WAYLAND_DISPLAY XDG_DATA_DIRS XDG_DATA_HOME XDG_CONFIG_DIRS XDG_RUNTIME_DIR XDG_SESSION_ID
  DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK SSH_CLIENT SSH_CONNECTION MAIL TZ TMPDIR TEMP TMP COLUMNS LINES PS1 IFS UID EUID PPID
  KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBERNETES_PORT MARTILLO_SERVICE_HOST MARTILLO_SERVICE_PORT MARTILLO_PORT REDIS_PORT REDIS_HOST REDIS_SERVICE_HOST REDIS_URI
  REDIS_PASSWORD POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB PGDATA PGHOST PGPORT MYSQL_ROOT_PASSWORD DATADIR DATABASE_URI
  DATABASE_HOST DATABASE_NAME DOCKER_HOST DOCKER_BUILDKIT COMPOSE_PROJECT_NAME POD_NAME POD_IP NODE_NAME NAMESPACE
  NODE_ENV NODE_OPTIONS NODE_VERSION NODE_PATH YARN_VERSION NPM_CONFIG_LOGLEVEL npm_config_loglevel npm_lifecycle_event
  npm_package_name npm_config_registry npm_execpath INIT_CWD LOGLEVEL LOG_FILE LOG_FORMAT LOG_DIR DEBUG VERBOSE CI
  GITHUB_ACTIONS GITHUB_TOKEN GITHUB_WORKSPACE RUNNER_TEMP HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
  JOURNAL_STREAM INVOCATION_ID NOTIFY_SOCKET WATCHDOG WATCHDOG_USEC WATCHDOG_PID LISTEN_FDS LISTEN_PID MAINPID PUBLIC_KEY PUBLIC_IP
  PUBLIC_DIR ALLOWED_HOSTS ADMIN_USER ADMIN_TOKEN ADMIN_PORT ACCESS_TOKEN METRICS_PORT METRICS_PATH TRUST_STORE BASE_DIR
  CACHE_DIR DATA_PATH DATA_FILE REGION REGISTRY REGISTRY_URL CORS_ORIGINS SERVER_NAME WEB_CONCURRENCY DYNO VIRTUAL_HOST
  LETSENCRYPT_HOST SUPERVISOR_ENABLED LD_LIBRARY_PATH PYTHONPATH JAVA_HOME GOPATH CARGO_HOME UV_THREADPOOL_SIZE`.split(
    /\s+/,
  )

test('ordinary variables of Linux, Docker, Kubernetes, npm and others are not taken for slips', () => {
  expect(ORDINARY.length).toBeGreaterThan(130)
  for (const name of ORDINARY) expect(refusal({ [name]: 'x' }), name).toBe('not refused')
})

test('a proxy that names its clients and is not believed is told of once, without an address', async () => {
  const lines: string[] = []
  const stream = new Writable({
    write: (line: Buffer, _encoding, done) => {
      lines.push(String(line))
      done()
    },
  })
  const app = Fastify({ logger: { stream, level: 'warn' } }) as unknown as App
  onTestFinished(() => app.close())
  warnOfProxies(app)
  app.get('/', () => '')
  await app.inject('/')
  expect(lines).toEqual([])
  for (let i = 0; i < 3; i += 1) await app.inject({ url: '/', headers: { 'x-forwarded-for': '203.0.113.7' } })
  expect(lines.length).toBe(1)
  expect(lines[0]).toContain('TRUST_PROXY')
  expect(lines[0]).not.toMatch(/203\.0\.113\.7|127\.0\.0\.1/)
})

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from 'node:net';

/** Whether this machine has a Redis to run the tests with: `apt-get install redis-server`. */
export const HAS_REDIS: boolean = spawnSync('redis-server', ['--version']).status === 0;

/** A Redis of its own, which keeps what it holds when it is restarted. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Ends it as a power cut does, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a Redis on a free port of this machine.
 *
 * @param folder for what it holds
 * @param password with which it is entered; none unless given
 * @param address a further address of this machine
 */
export async function startRedis(folder: string, password?: string, address?: string): Promise<RedisServer> {
  const port = await freeTcpPort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const options = [
      ...['--port', `${port}`, '--dir', folder, '--save', ''],
      // In protected mode, Redis without a password refuses clients at other addresses.
      ...(address === undefined
        ? ['--bind', '127.0.0.1']
        : ['--bind', '127.0.0.1', address, '--protected-mode', 'no']),
      ...['--appendonly', 'yes', '--appendfsync', 'always', '--loglevel', 'warning'],
      ...(password === undefined ? [] : ['--requirepass', password]),
    ];
    child = spawn('redis-server', options, { stdio: 'ignore' });
    await answers(port);
  };
  const stop = async (): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return {
    port,
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    restart: async () => {
      await stop();
      await start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A free TCP port of this machine. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const said = await new Promise<string>((resolve) => {
      socket.once('error', () => {
        resolve('');
      });
      socket.once('connect', () => socket.write('PING\r\n'));
      socket.once('data', (data) => {
        resolve(data.toString());
      });
    });
    socket.destroy();
    // While it reads what it holds it says -LOADING.
    if (/^(?:\+PONG|-NOAUTH)/.test(said)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Redis did not start.');
}

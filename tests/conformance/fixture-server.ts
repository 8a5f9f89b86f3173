import { completable, McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { PIXEL } from './content.ts';
import { codec, registerRounds } from './fixture-rounds.ts';
import { registerTools } from './fixture-tools.ts';

const said = (text: string) => ({ role: 'user' as const, content: { type: 'text' as const, text } });

/** A server with everything that the public suite calls; the product serves it in the place of its own. */
export function createFixtureServer(): McpServer {
  const server = new McpServer(
    { name: 'conformance-fixture', version: '1.0.0' },
    {
      capabilities: { logging: {}, completions: {}, resources: { listChanged: true, subscribe: true } },
      requestState: { verify: (state, ctx) => codec.verify(state, ctx) },
    },
  );
  registerTools(server);
  registerRounds(server);
  registerResources(server);
  registerPrompts(server);
  return server;
}

function registerResources(server: McpServer): void {
  const content = 'This is the content of the static text resource.';
  for (const name of ['static-text', 'watched-resource']) {
    const uri = `test://${name}`;
    server.registerResource(name, uri, { description: `Fixture ${name}`, mimeType: 'text/plain' }, async () => ({
      contents: [{ uri, mimeType: 'text/plain', text: content }],
    }));
  }
  const uri = 'test://static-binary';
  server.registerResource('static-binary', uri, { description: 'One pixel', mimeType: 'image/png' }, async () => ({
    contents: [{ uri, mimeType: 'image/png', blob: PIXEL }],
  }));
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data by id', mimeType: 'application/json' },
    async ({ href }, { id }) => {
      const data = { id, templateTest: true, data: `Data for ID: ${id}` };
      return { contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify(data) }] };
    },
  );
}

function registerPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'No arguments' }, async () => ({
    messages: [said('This is a simple prompt for testing.')],
  }));
  const completed = (description: string) =>
    completable(z.string().describe(description), (prefix) =>
      ['paris', 'park', 'party'].filter((word) => word.startsWith(prefix)),
    );
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'Two arguments',
      argsSchema: z.object({ arg1: completed('First test argument'), arg2: completed('Second test argument') }),
    },
    async ({ arg1, arg2 }) => ({ messages: [said(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'Embeds a resource', argsSchema: z.object({ resourceUri: z.string().describe('What to embed') }) },
    async ({ resourceUri: uri }) => {
      const resource = { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' };
      return {
        messages: [
          { role: 'user', content: { type: 'resource', resource } },
          said('Please process the embedded resource above.'),
        ],
      };
    },
  );
  server.registerPrompt('test_prompt_with_image', { description: 'Shows a pixel' }, async () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: PIXEL, mimeType: 'image/png' } },
      said('Please analyze the image above.'),
    ],
  }));
}

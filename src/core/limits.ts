/** Every hard bound of the program, unit last in its name, with the reason for the value. */
export const LIMITS = {
  /** A human-written note above this is almost surely a data dump; reading it would stall a refresh. */
  documentBytesMax: 8 * 1024 * 1024,
  /** One refresh reads at most this many files of one root, so a mistaken root such as `/` ends. */
  filesPerRootMax: 200_000,
  /** The preview of a registration counts so many entries of a root, about a second of work, and then says that there are more. */
  previewEntriesMax: 200_000,
  /** A chunk aims for this length: the encoder reads its first 128 pieces (about 600 characters). */
  chunkCharsMax: 800,
  /** A code fence or a table row is kept whole up to here, then cut at a line. */
  chunkAtomCharsMax: 3_200,
  /** Secrets of a document are sought in windows of at least so many characters that end at an empty line. */
  redactedCharsMin: 600,
  /** Such a window ends at the next line when it gets longer than this; a line is never cut. */
  redactedCharsMax: 4_000,
  /** A private key in a document is at most so long: RSA of 16,384 bits takes 12,700 characters. */
  keyBlockCharsMax: 16_000,
  /** A document that would give more chunks than this is skipped by name. */
  chunksPerDocumentMax: 20_000,
  /** Front matter is a handful of fields; a `---` that closes later than this is a rule in prose. */
  frontMatterCharsMax: 16_000,
  /** Titles above this are cut; they stand before every chunk of their document. */
  titleCharsMax: 200,
  /** Prompts above this are refused; agents paste files, people do not type this much. */
  promptCharsMax: 200_000,
  /** Only this much of a long prompt is used as a query; the end of a prompt usually holds the question. */
  queryCharsMax: 8_000,
  budgetTokensMin: 200,
  budgetTokensMax: 20_000,
  /** Clients cut tool results near 20,000 characters. */
  packCharsMax: 18_000,
  searchResultsMax: 50,
  listResultsMax: 500,
  memoryCharsMin: 8,
  memoryCharsMax: 2_000,
  stateValueCharsMax: 2_000,
  stateKeyCharsMax: 120,
  reasonCharsMax: 1_000,
  /** References of one erasure: as many as a person checks before saying yes. */
  erasedRefsMax: 100,
  tagCharsMax: 60,
  tagsMax: 32,
  projectIdCharsMax: 64,
  aliasesMax: 64,
  aliasCharsMax: 120,
  descriptionCharsMax: 2_000,
  rootsMax: 64,
  workspacesMax: 64,
  projectsMax: 1_000,
  registryBytesMax: 4 * 1024 * 1024,
  configBytesMax: 256 * 1024,
  /** Body of one HTTP request and length of one line on stdio. */
  bodyBytesMax: 2 * 1024 * 1024,
  stagedDocumentCharsMax: 1_000_000,
  /** A prompt or reply of a turn is stored up to here and cut behind it; nobody says this much, pasted files have it. */
  interactionCharsMax: 100_000,
  /** A captured turn is accepted up to here before it is cut, so that a long reply is never refused. */
  captureCharsMax: 1_000_000,
  clientNameCharsMax: 64,
  /** Candidates of one session: a conversation that has more is a pasted document, and nobody reviews that many. */
  candidatesPerSessionMax: 24,
  /** Turns that one extraction reads; the next one goes on behind them. */
  extractedTurnsMax: 10_000,
  /** One answer of a model about one turn; a local one on a slow machine takes this long. */
  modelWaitMsMax: 120_000,
  modelAnswerBytesMax: 256 * 1024,
  /** So many answers in a row without a list of candidates are the model's fault; a single turn can confuse a good one. */
  unreadableAnswersMax: 5,
  /** So much of each side of a turn is sent to a model: its beginning and its end. */
  modelTurnCharsMax: 12_000,
  /** An instruction file of a working folder is read up to here. */
  instructionFileBytesMax: 256 * 1024,
  /** Clients take UUIDs, paths or hashes. */
  sessionIdCharsMax: 200,
  pathCharsMax: 4_096,
  /** A turn of two texts at their limit, of which every character takes three bytes, and room for their marks. */
  spoolFileBytesMax: 1024 * 1024,
  /** Months of turns when nothing drains; reading the names of so many takes a hook some 10 ms. */
  spoolFilesMax: 20_000,
  spoolBytesMax: 512 * 1024 * 1024,
  /** Spool files that cannot be used are kept for a person to look at, up to here. */
  spoolBadFilesMax: 1_000,
  /** What a command drains of the spool beside its own work; servers drain all of it. */
  spoolShareFilesMax: 200,
  spoolShareMsMax: 500,
  /** A capture hook is killed by nobody but itself: at this age of its process. The promise is 5 s. */
  hookCaptureMsMax: 4_500,
  /** The same of a hook that injects; the promise is 3 s. */
  hookInjectMsMax: 2_600,
  /** An event that has begun and not ended after this silence is not waited for; some clients never close stdin. */
  hookInputSilenceMsMax: 250,
  /** Claude Code sends the final reply inside the event. */
  hookInputBytesMax: 8 * 1024 * 1024,
  /** So much of a prompt or a reply is looked at; what is stored of it is a third. */
  hookTextCharsMax: 300_000,
  /** Claude Code takes no more from a hook. */
  hookContextCharsMax: 10_000,
  /** How far back from its end a transcript is searched for the prompt of the turn. */
  transcriptBytesMax: 64 * 1024 * 1024,
  /** How long an operation waits for a lock of another process before it answers LOCKED. */
  lockWaitMsMax: 10_000,
  /** How long an operation waits while a restore replaces the store: safety snapshot and checks took 9 s at 27,000 chunks on a busy machine. */
  quietWaitMsMax: 60_000,
  /** A snapshot or restore waits this long for a running batch of vectors or a running operation; both end within seconds. */
  backupWaitMsMax: 30_000,
  /** Vector tables have hundreds of files; a manifest that lists more than this is not one of ours. */
  snapshotFilesMax: 200_000,
  manifestBytesMax: 64 * 1024 * 1024,
  /** Staged leftovers of another host cannot be tested for a living owner; no snapshot takes this long. */
  stagedAgeMsMax: 60 * 60 * 1_000,
  /** A snapshot taken before a restore or a migration is kept this long, since regret comes late. */
  safetySnapshotDaysMin: 14,
  /** A server that has just started answers its first call before it compares vectors with chunks. */
  recoveryPauseMs: 3_000,
  /** Of servers that start within this one compares: stray vectors are never shown, so they can wait. */
  recoveryEveryMs: 10 * 60_000,
  /** A service that has just started answers its first callers before it catches up on snapshots. */
  schedulePauseMs: 10_000,
  /** Schedules are looked at this often: a machine that slept and a clock that was set are noticed. */
  scheduleLookMs: 60_000,
  /** A scheduled run that failed is tried again after this; a full disk or a busy store is often cured by then. */
  scheduleRetryMs: 15 * 60_000,
  /** How long after the second missed run a snapshot or drill counts as late: the run itself and its retry fit in. */
  scheduleGraceMs: 60 * 60_000,
  /** With less on the disk the next batch of vectors or the next snapshot may fail half-way. */
  freeBytesMin: 64 * 1024 * 1024,
  /** A passphrase is one line. */
  passphraseFileBytesMax: 4_096,
  /** Whoever holds an archive may guess for ever; shorter ones are guessed. */
  passphraseCharsMin: 12,
  /** Every client has its own token; a home has few. */
  tokensMax: 256,
  /** No input of ours is nested deeper than 6; recursive readers survive 100. */
  jsonDepthMax: 100,
  /** A client sends its header in one packet; one that drips it holds a socket. */
  headerWaitMsMax: 10_000,
  /** Whole request, body included: 2 MiB in this time is a line of 0.5 Mbit/s. */
  requestWaitMsMax: 30_000,
  /** How long a kept connection may be silent between requests. */
  connectionIdleMsMax: 60_000,
  /** A service at rest for so long gives memory back: long enough that a pause between two turns of an agent is none. */
  restMsMin: 10_000,
  /** The heap must have grown by this much since then: a collection takes some 100 ms. */
  restHeapBytesMin: 32 * 1024 * 1024,
  /** A busy service collects when its heap has grown by this much: 200 clients fill it in some seconds. */
  busyHeapBytesMin: 64 * 1024 * 1024,
  /** Revisions before 2025-06-18 send several messages in one body; each counts as a call. */
  batchMessagesMax: 64,
  connectionsMax: 1_024,
  /** Requests in work at once; open streams do not count. 200 busy clients fit. */
  requestsAtOnceMax: 256,
  /** Operations that a service runs side by side: enough for every core, few enough to stay small. */
  operationsAtOnceMax: 8,
  /** Requests of one token (or of all local users without one) in a minute. */
  callsPerMinuteMax: 12_000,
  /** Sessions of older MCP clients; 300 abandoned ones cost 50 MB. */
  sessionsMax: 200,
  sessionIdleMsMax: 30 * 60_000,
  /** Streams die silently in proxies and sleeping machines unless something passes. */
  streamKeepAliveMs: 15_000,
  /** A stopping service waits this long for calls in work. */
  stopWaitMsMax: 10_000,
} as const;

-- A worker is still at these. ARGV: process, places
redis.call('XCLAIM', KEYS[1] .. 'queue', 'workers', ARGV[1], 0, unpack(ARGV, 2))
return redis.status_reply('OK')

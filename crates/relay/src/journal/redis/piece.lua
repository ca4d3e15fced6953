-- Keeps one piece of an answer. ARGV: number, place, bytes, seconds kept
local piece = KEYS[1] .. 'piece:' .. ARGV[1]
redis.call('HSET', piece, ARGV[2], ARGV[3])
redis.call('EXPIRE', piece, ARGV[4])
return redis.status_reply('OK')

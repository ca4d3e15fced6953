-- The states of items, and how often each was sent again. ARGV: id, from, count
local numbers = {}
for i = 0, tonumber(ARGV[3]) - 1 do numbers[i + 1] = string.format('%d', ARGV[2] + i) end
return {
  redis.call('HMGET', KEYS[1] .. 'items:' .. ARGV[1], unpack(numbers)),
  redis.call('HMGET', KEYS[1] .. 'again:' .. ARGV[1], unpack(numbers)),
}

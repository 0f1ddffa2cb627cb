# Sidekiq's client: `client.rb single|bulk COUNT`. Tells how long it took and what it took of the processors.

require "redis"
require "sidekiq"

Redis.sadd_returns_boolean = false
Redis.silence_deprecations = true

class Nothing
  include Sidekiq::Job
end

way, count = ARGV[0], Integer(ARGV[1])
Sidekiq.redis { |connection| connection.ping }
began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
before = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
if way == "single"
  count.times { |number| Nothing.perform_async(number) }
else
  (0...count).each_slice(1_000) { |numbers| Sidekiq::Client.push_bulk("class" => Nothing, "args" => numbers.map { |number| [number] }) }
end
puts "#{Process.clock_gettime(Process::CLOCK_MONOTONIC) - began} #{Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - before}"

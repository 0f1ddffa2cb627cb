# What an application on the Ruby side does beside running jobs: it enqueues, it looks and gives orders through Sidekiq's
# own API, and it serves Sidekiq's own web page. One process does all of it, since starting Ruby is what takes time.
#
# It first says where the page is, then answers each line of JSON on its input with one on its output.

require_relative "jobs"
require_relative "talk"
require "securerandom"
require "sidekiq/api"
require "sidekiq/monitor"
require "sidekiq/web"
require "rack"
require "rack/handler/webrick"

# The page, on a port that the system chooses.
module Page
  module_function

  def serve
    started = Queue.new
    Thread.new do
      Rack::Handler::WEBrick.run(app, Host: "127.0.0.1", Port: 0, AccessLog: [], Logger: WEBrick::Log.new(File::NULL),
        StartCallback: proc { started << true }) { |server| @server = server }
    end
    started.pop
    "http://127.0.0.1:#{@server.listeners.first.addr[1]}"
  end

  def app
    Rack::Builder.app do
      use Rack::Session::Cookie, secret: SecureRandom.hex(32), same_site: true
      run Sidekiq::Web
    end
  end
end

# What can be asked.
module Orders
  SETS = {"retry" => Sidekiq::RetrySet, "dead" => Sidekiq::DeadSet, "schedule" => Sidekiq::ScheduledSet}.freeze

  module_function

  def push(item:)
    Sidekiq::Client.push(item)
  end

  def bulk(item:)
    Sidekiq::Client.push_bulk(item).length
  end

  # Active Job's own enqueue of the arguments that a namesake in Rust checks.
  def greet(wait: nil)
    Greet.usual(wait: wait).job_id
  end

  def perform_later(class:, arguments:, options: {})
    name = binding.local_variable_get(:class)
    Object.const_get(name).set(options.transform_keys(&:to_sym)).perform_later(*arguments).job_id
  end

  def processes
    Sidekiq::ProcessSet.new.map do |process|
      {identity: process.identity, tag: process.tag, labels: process.labels, busy: process["busy"],
       quiet: process["quiet"], pid: process["pid"], hostname: process["hostname"], queues: process["queues"],
       concurrency: process["concurrency"], started_at: process["started_at"]}
    end
  end

  def work
    Sidekiq::Workers.new.map do |identity, _thread, work|
      payload = work["payload"]
      {identity: identity, queue: work["queue"], run_at: work["run_at"],
       payload: payload.is_a?(String) ? JSON.parse(payload) : payload}
    end
  end

  def order(identity:, order:)
    Sidekiq::ProcessSet.new.find { |process| process.identity == identity }.public_send("#{order}!")
    true
  end

  def set(name:)
    SETS.fetch(name).new.map do |entry|
      {score: entry.score, backtrace: entry.error_backtrace, display_class: entry.display_class,
       display_args: entry.display_args, latency: entry.latency, item: entry.item}
    end
  end

  # What a button of the page does with an entry: retry, kill, delete, add_to_queue.
  def act(name:, jid:, action:)
    SETS.fetch(name).new.find_job(jid).public_send(action)
    true
  end

  # Makes an entry due, at once or in so many seconds.
  def due(name:, jid:, seconds: -1)
    SETS.fetch(name).new.find_job(jid).reschedule(Time.now.to_f + seconds)
    true
  end

  def queue(name:)
    queue = Sidekiq::Queue.new(name)
    {size: queue.size, latency: queue.latency, jobs: queue.map(&:item)}
  end

  def stats
    stats = Sidekiq::Stats.new
    {processed: stats.processed, failed: stats.failed, scheduled: stats.scheduled_size, retries: stats.retry_size,
     dead: stats.dead_size, enqueued: stats.enqueued, processes: stats.processes_size, busy: stats.workers_size,
     queues: stats.queues}
  end
end

Talk.follow(Orders, {page: Page.serve})
# Nothing is left to be written, and the server need not end in order.
exit!(true)

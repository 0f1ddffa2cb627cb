# A conversation with a test: one line of JSON in, one line out.

require "json"

# Answers each order by the method of a module that is named after it.
module Talk
  module_function

  # Says the first word, then follows orders until the input ends.
  def follow(orders, first)
    $stdout.sync = true
    puts JSON.generate(first)
    while (line = $stdin.gets)
      puts JSON.generate(answer(orders, line))
    end
  end

  # Methods take keywords and answer what JSON can hold.
  def answer(orders, line)
    order = JSON.parse(line, symbolize_names: false)
    keywords = order.fetch("with", {}).transform_keys(&:to_sym)
    {answer: orders.public_send(order.fetch("do"), **keywords)}
  rescue => error
    {error: "#{error.class}: #{error.message}", at: error.backtrace.first(5)}
  end
end

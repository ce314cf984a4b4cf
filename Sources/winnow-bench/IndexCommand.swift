// `winnow-bench index`: the index measured by itself.

internal import ByteIO
internal import Glibc
internal import PipelineAssembly
internal import SystemPackage

/// One measurement of the index in a process of its own; figures go out as lines of name, tab,
/// value.
enum IndexCommand {
    static let usage = """
        usage: winnow-bench index STEP --folder F [--documents N] [--nights N] [--memory SIZE]
                                       [--alone]

        Measures the near-duplicate index with invented documents, without text, on one thread.

        make    makes an index of N kept documents in so many runs (1,000,000 in 30)
        ask     enters N new documents, as a run would, and takes them back (1,000); --alone: into
                an empty index instead
        kinds   asks about N documents of each kind and enters none (20,000)
        join    filter and search against a sorted join, for batches up to N (1,000,000)
        merge   merges all segments into one and takes it back
        sizes   what the index takes on disk

        example: winnow-bench index make --folder scratch && winnow-bench index ask --folder scratch

        """

    private struct Options {
        var folder: String?
        var memory = "2GB"
        var documents: Int?
        var nights = 30
        var isAlone = false

        init?(_ arguments: ArraySlice<String>) {
            var arguments = arguments
            while let argument = arguments.popFirst() {
                if argument == "--alone" {
                    isAlone = true
                    continue
                }
                guard let value = arguments.popFirst() else { return nil }
                switch argument {
                case "--folder": folder = value
                case "--memory": memory = value
                case "--documents":
                    guard let number = Int(value), number > 0 else { return nil }
                    documents = number
                case "--nights":
                    guard let number = Int(value), number > 0 else { return nil }
                    nights = number
                default: return nil
                }
            }
        }
    }

    /// Returns false if the arguments are not understood.
    static func run(_ arguments: ArraySlice<String>) throws -> Bool {
        guard let step = arguments.first, let options = Options(arguments.dropFirst()),
            let folder = options.folder
        else { return false }
        let benchmark = try IndexBenchmark(
            folder: FilePath(folder), memory: options.memory, use: currentUse)
        let figures: [Figure]
        switch step {
        case "make":
            figures = try benchmark.make(
                documents: options.documents ?? 1_000_000, nights: options.nights)
        case "ask":
            figures = try benchmark.ask(
                documents: options.documents ?? 1_000, isAlone: options.isAlone)
        case "kinds": figures = try benchmark.askByKind(documents: options.documents ?? 20_000)
        case "join": figures = try benchmark.join(upTo: options.documents ?? 1_000_000)
        case "merge": figures = try benchmark.merge()
        case "sizes": figures = try benchmark.sizes()
        default: return false
        }
        try StandardStream.output.write(
            figures.map { "\($0.name)\t\($0.value)\n" }.joined())
        return true
    }

    /// What this process has used; on Linux alone.
    private static func currentUse() -> ResourceUse {
        var use = ResourceUse()
        var wall = timespec()
        var usage = rusage()
        // SAFETY: the structures are this function's own.
        unsafe clock_gettime(CLOCK_MONOTONIC, &wall)
        use.wallSeconds = seconds(Int(wall.tv_sec), nanoseconds: wall.tv_nsec)
        var cpu = timespec()
        // SAFETY: as above.
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu)
        use.cpuSeconds = seconds(Int(cpu.tv_sec), nanoseconds: cpu.tv_nsec)
        // SAFETY: as above.
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        use.minorFaults = usage.ru_minflt
        use.majorFaults = usage.ru_majflt
        // Pages: all, resident, resident of files. Without /proc the figures stay 0.
        let pages = (try? FileReader.contents(of: "/proc/self/statm")).map { bytes in
            bytes.split(separator: UInt8(ascii: " ")).compactMap {
                Int(String(decoding: $0, as: UTF8.self))
            }
        }
        if let pages, pages.count > 2 {
            use.anonymousBytes = (pages[1] - pages[2]) * sysconf(Int32(_SC_PAGESIZE))
            use.mappedBytes = pages[2] * sysconf(Int32(_SC_PAGESIZE))
        }
        return use
    }

    private static func seconds(_ whole: Int, nanoseconds: Int) -> Double {
        Double(whole) + Double(nanoseconds) / 1e9
    }
}

#pragma once
#include "CHashScan.h"
